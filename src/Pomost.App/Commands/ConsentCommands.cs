using System.CommandLine;
using System.Globalization;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost consent show|proof|stop-sharing</c>: a person's consents; <c>removals list|send</c>: subscribers who vanished from the shop's list without saying so;
/// <c>held|overrule</c>: people unsubscribed at SALESmanago whom the shop had with a consent.</summary>
static class ConsentCommands
{
    const int PerLook = 500;

    static readonly Option<string?> StoreOption = new("--store") { Description = "Store, when there are several." };
    static readonly Option<long?> Account = new("--account") { Description = "Account, when there are several." };

    public static Command Make(CommonOptions common)
    {
        var list = new Command("list", "List subscribers without account who vanished from the shop's list. Their opt-outs were not sent.") { StoreOption, Account };
        list.SetAction((line, ct) => ListAsync(common, line, ct));
        var emails = new Argument<string[]>("e-mail") { Description = "Whose opt-outs to send.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Everybody listed." };
        var send = new Command("send", "Send the opt-outs of those named, or of everybody with --all.") { emails, all, StoreOption, Account };
        send.SetAction((line, ct) => SendAsync(common, line, line.GetValue(emails) ?? [], line.GetValue(all), ct));
        var email = new Argument<string>("e-mail") { Description = "The person's address." };
        var show = new Command("show", "Everything a person ever said about e-mail and SMS: when, where, in which words.") { email, Account };
        show.SetAction((line, ct) => ShowAsync(common, line, line.GetValue(email)!, null, ct));
        var output = new Option<FileInfo?>("--output") { Description = "File to write; without it the proof is printed." };
        var proof = new Command("proof", "The same as a JSON document whose lines are chained by SHA-256, to be handed to whoever asks.") { email, output, Account };
        proof.SetAction((line, ct) => ShowAsync(common, line, line.GetValue(email)!, line.GetValue(output)?.FullName ?? "-", ct));
        var stop = new Command("stop-sharing", "Withdraw a person's consent to sharing: nothing more of them is sent, but an unsubscription.") { email, Account };
        stop.SetAction((line, ct) => StopSharingAsync(common, line, line.GetValue(email)!, ct));
        return new Command("consent", "Consents of people.")
        {
            show, proof, stop, HeldCommands.MakeList(common, StoreOption, Account), HeldCommands.MakeOverrule(common, StoreOption, Account),
            new Command("removals", "Subscribers who vanished from the shop's list.") { list, send },
        };
    }

    // Where the proof goes: "-" = printed; null = a list to read.
    static async Task<int> ShowAsync(CommonOptions common, ParseResult line, string email, string? proofTo, CancellationToken ct)
    {
        var person = PersonCommand.AddressOf(email);
        await using var session = await Session.OpenAsync(common.Choices(line), ct);
        var tenant = await session.AccountAsync(line.GetValue(Account), ct);
        if (await session.Services.GetRequiredService<ConsentProofs>().OfAsync(tenant.Id, person, ct) is not { } proof)
        {
            Printer.Line("The ledger has no line of this person: nothing was ever said, or the person was erased.");
            return ExitCodes.Usage;
        }

        await session.AuditAsync(tenant.Id, "person.proven");
        if (proofTo is not (null or "-"))
            await PrivateFiles.WriteAsync(proofTo, proof.ToJson(), ct);
        else if (proofTo is not null || line.GetValue(common.Json))
            Printer.Line(proof.ToJson());
        else
            foreach (var said in proof.Lines)
                Printer.Line(Said(said));
        return ExitCodes.Done;
    }

    // A question mark: the moment is when it was recorded, the shop keeps none.
    static string Said(ConsentProofLine said)
    {
        var (at, change) = (said.StatedAt ?? said.RecordedAt, $"{Sentences.Of(said.Previous)} -> {Sentences.Of(said.State)}");
        var wording = said.Wording is { } words ? $"  \"{words}\"" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{at:yyyy-MM-dd HH:mm}Z{(said.StatedAt is null ? "?" : " ")} {Sentences.Of(said.Channel),-6} {change,-25}  {Sentences.Of(said.Source)}  {said.Store}{wording}");
    }

    static async Task<int> StopSharingAsync(CommonOptions common, ParseResult line, string email, CancellationToken ct)
    {
        var person = PersonCommand.AddressOf(email);
        await using var session = await Session.OpenAsync(common.Choices(line), ct);
        var tenant = await session.AccountAsync(line.GetValue(Account), ct);
        var stores = await session.Services.GetRequiredService<ContactEditing>().StopSharingAsync(tenant.Id, person, "command line", ct);
        if (stores.Count == 0)
        {
            Printer.Line("No store knows this person.");
            return ExitCodes.Usage;
        }

        await session.AuditAsync(tenant.Id, "person.sharing_stopped", "", new AuditChange("stores", null, stores.Count.ToString(CultureInfo.InvariantCulture)));
        if (line.GetValue(common.Json))
            Printer.Json(new { stores = stores.Count });
        else
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"Withdrawn in {stores.Count} stores; where a store sends only who consented, nothing more of this person is sent."));
        return ExitCodes.Done;
    }

    static async Task<int> ListAsync(CommonOptions common, ParseResult line, CancellationToken ct)
    {
        await using var session = await Session.OpenAsync(common.Choices(line), ct);
        var store = await session.StoreAsync(line.GetValue(Account), line.GetValue(StoreOption), ct);
        var removals = session.Services.GetRequiredService<IConsentRemovals>();
        var all = new List<ConsentRemoval>();
        while (await removals.ListAsync(store.Key, RemovalState.Listed, all.LastOrDefault()?.EmailKey, PerLook, ct) is { Count: > 0 } page)
            all.AddRange(page);
        if (line.GetValue(common.Json))
            Printer.Json(all.Select(removal => new { email = removal.EmailKey, foundAt = removal.FoundAt }));
        else if (all.Count == 0)
            Printer.Line("Nobody vanished from the shop's list of subscribers.");
        else
            all.ForEach(removal => Printer.Line(string.Create(CultureInfo.InvariantCulture, $"{removal.FoundAt:yyyy-MM-dd HH:mm}Z  {removal.EmailKey}")));
        return ExitCodes.Done;
    }

    static async Task<int> SendAsync(CommonOptions common, ParseResult line, string[] emails, bool all, CancellationToken ct)
    {
        if (all == emails.Length > 0)
            throw new UsageException("Name the e-mail addresses, or say --all.");
        await using var session = await Session.OpenAsync(common.Choices(line), ct);
        var store = await session.StoreAsync(line.GetValue(Account), line.GetValue(StoreOption), ct);
        var sent = await session.Services.GetRequiredService<VanishedSubscribers>()
            .SendAsync(store.Key, all ? null : [.. emails.Select(Rules.EmailAddress.KeyOf)], ct);
        await session.AuditAsync(store.AccountId, "vanished.sent", store.Slug, new AuditChange("people", null, sent.ToString(CultureInfo.InvariantCulture)));
        if (line.GetValue(common.Json))
            Printer.Json(new { sent });
        else
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"{sent} opt-outs are on their way; the server sends them with its next run."));
        return ExitCodes.Done;
    }
}
