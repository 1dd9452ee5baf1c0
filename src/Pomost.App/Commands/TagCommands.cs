using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost tags preview &lt;e-mail&gt;</c>: what tags a person gets, and why.</summary>
static class TagCommands
{
    public static Command Make(CommonOptions common)
    {
        var email = new Argument<string>("e-mail") { Description = "Whose tags." };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var preview = new Command("preview", "Tell what tags a person gets in SALESmanago and in the shop, and which rule says so. Changes nothing.") { email, account };
        preview.SetAction(async (line, ct) =>
        {
            if (!EmailAddress.TryParse(line.GetValue(email), out var address, out _))
                throw new UsageException("That is no e-mail address.");
            await using var session = await Session.WithEngineAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var found = await session.Services.GetRequiredService<TagPreviews>().OfAsync(tenant.Id, address.Key, ct);
            if (line.GetValue(common.Json))
                Printer.Json(found.Select(person => new { store = person.Store.Slug, atSalesmanago = person.AtSalesmanago, inShop = person.InShop }));
            else if (found.Count == 0)
                Printer.Line("No store knows this person.");
            else
                found.ToList().ForEach(Print);
            return found.Count == 0 ? ExitCodes.Usage : ExitCodes.Done;
        });
        return new Command("tags", "Tags of people.") { preview };
    }

    static void Print(PersonTags person)
    {
        Printer.Line($"{person.Store.Slug}: at SALESmanago");
        Print(person.AtSalesmanago);
        if (person.InShop is not { } inShop)
            return;
        Printer.Line($"{person.Store.Slug}: in the shop");
        Print(inShop);
    }

    static void Print(IReadOnlyList<TagLine> lines)
    {
        var words = new PanelTexts(Language.En).Reasons;
        if (lines.Count == 0)
            Printer.Line("  none");
        foreach (var line in lines)
            Printer.Line($"  {(TagPreview.IsWithheld(line) ? "NO " : "yes")} {line.Tag}{(line.From is null ? "" : $" (from {line.From})")}: {words.Of(line.Code)} [{line.Rule}]");
    }
}
