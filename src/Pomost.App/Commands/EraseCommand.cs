using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost erase</c>: forgets a person here and at the destinations, and says what was removed.</summary>
static class EraseCommand
{
    public static Command Make(CommonOptions common)
    {
        var email = new Argument<string?>("email") { Description = "The person's e-mail address.", Arity = ArgumentArity.ZeroOrOne };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var yes = new Option<bool>("--yes") { Description = "Do it without asking again. It cannot be undone." };
        var status = new Option<int?>("--status") { Description = "Show the certificate of an earlier erasure by its number." };
        var lift = new Option<bool>("--lift") { Description = "Let this person, erased before, be imported again: because they asked for it." };
        var command = new Command("erase", "Forget a person: mirror, queues, traces, hub and SALESmanago. The consent ledger keeps its lines without the person.")
        {
            email, account, yes, status, lift,
        };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var erasure = session.Services.GetRequiredService<Erasure>();
            if (line.GetValue(status) is { } number)
            {
                Show(common, line, await erasure.FindAsync(tenant.Id, number, ct) ?? throw new UsageException($"There is no erasure {number}."));
                return ExitCodes.Done;
            }

            if (!EmailAddress.TryParse(line.GetValue(email), out var address, out _))
                throw new UsageException("Give the e-mail address of the person, for example: pomost erase anna@example.com --yes");
            if (line.GetValue(lift))
            {
                if (!await erasure.LiftAsync(tenant.Id, address, ct))
                    throw new UsageException("This address was not erased.");
                await session.AuditAsync(tenant.Id, "person.lifted");
                Printer.Line("The address may be imported again from now on.");
                return ExitCodes.Done;
            }

            if (!line.GetValue(yes))
                throw new UsageException("Erasing cannot be undone. If you are sure, add --yes.");
            var certificate = await erasure.EraseAsync(tenant.Id, address, null, ct);
            await session.AuditAsync(tenant.Id, "person.erased", certificate.Number.ToString(CultureInfo.InvariantCulture));
            Show(common, line, certificate);
            return ExitCodes.Done;
        });
        return command;
    }

    static void Show(CommonOptions common, ParseResult line, ErasureCertificate certificate)
    {
        if (line.GetValue(common.Json))
        {
            Printer.Json(new
            {
                erasure = certificate.Number,
                requestedAt = certificate.RequestedAt,
                requestedBy = certificate.RequestedBy,
                removed = certificate.Removed,
                destinationsLeft = certificate.DestinationsLeft,
                problem = certificate.Problem,
            });
            return;
        }

        Printer.Line($"Erasure {certificate.Number} of {certificate.RequestedAt:yyyy-MM-dd HH:mm} UTC");
        foreach (var (what, count) in certificate.Removed)
            Printer.Line($"  {what}: {count}");
        Printer.Line(certificate.DestinationsLeft == 0
            ? "  Destinations: all have erased the card."
            : $"  Destinations: {certificate.DestinationsLeft} still to confirm; the running server goes on trying. Look again: pomost erase --status {certificate.Number}");
        if (certificate.Problem is { } problem)
            Printer.Line($"  Last try: {problem}");
    }
}
