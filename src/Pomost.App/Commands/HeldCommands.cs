using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost consent held</c>: people of a store who are unsubscribed at SALESmanago although the shop had their consent; <c>overrule</c>: the
/// deliberate act that opts them in, for who has proof.</summary>
static class HeldCommands
{
    const int LongestReason = 500;
    const int LongestDocument = 200;

    public static Command MakeList(CommonOptions common, Option<string?> storeOption, Option<long?> account)
    {
        var command = new Command("held", "List the people unsubscribed at SALESmanago whom the shop had with a consent. They were sent without it.") { storeOption, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(storeOption), ct);
            var people = new List<HeldConsent>();
            await foreach (var person in session.Services.GetRequiredService<HeldPeople>().AllAsync(store.Key, ct))
                people.Add(person);
            if (line.GetValue(common.Json))
                Printer.Json(people.Select(Shown));
            else if (people.Count == 0)
                Printer.Line("Nobody: no opt-out at SALESmanago stands against a consent of this shop.");
            else
                people.ForEach(person => Printer.Line(string.Create(CultureInfo.InvariantCulture, $"{person.OptedOutAt ?? person.HeldAt:yyyy-MM-dd HH:mm}Z  {string.Join(", ", person.Channels.Select(Sentences.Of)),-12}  {person.Email}")));
            return ExitCodes.Done;
        });
        return command;
    }

    public static Command MakeOverrule(CommonOptions common, Option<string?> storeOption, Option<long?> account)
    {
        var reason = new Option<string?>("--reason") { Description = "How you know that they agreed after they unsubscribed. Stays in the ledger; names nobody." };
        var document = new Option<string?>("--document") { Description = "What proves it, for example a document's number. Names nobody." };
        var yes = new Option<bool>("--yes") { Description = "I have proof that all of them agreed after they unsubscribed: opt them in." };
        var command = new Command("overrule", "Opt in everybody of consent held: into the ledger, to SALESmanago and into the shop. Without --yes, say what would happen.")
        {
            storeOption, account, reason, document, yes,
        };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(storeOption), ct);
            if (!line.GetValue(yes))
                return Tell((await session.Services.GetRequiredService<IHeldConsents>().CountAsync(store.Key, ct)).OfEmail, store.Slug, line.GetValue(common.Json));
            var evidence = new ConsentEvidence(
                "command line", TypedInput.Text(line.GetValue(reason), "--reason", LongestReason), TypedInput.Text(line.GetValue(document), "--document", LongestDocument));
            var (people, refusal) = await session.Services.GetRequiredService<HeldPeople>()
                .OverruleAsync(store.Key, evidence, null, session.EntryOf(store.AccountId, HeldPeople.Overruled, store.Slug), ct);
            if (refusal is { Problem: not EditProblem.NobodyHeld })
                throw new UsageException(Words(refusal.Problem));
            if (line.GetValue(common.Json))
                Printer.Json(new { people, overruled = refusal is null });
            else
                Printer.Line(refusal is null
                    ? string.Create(CultureInfo.InvariantCulture, $"{people} consents stand in the ledger; the server sends them and writes them into the shop with its next run.")
                    : "There is nobody on the list; nothing was saved.");
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>A person of the list for programs.</summary>
    public static object Shown(HeldConsent person)
        => new { contact = person.ContactId, email = person.Email, optedOutAt = person.OptedOutAt, heldAt = person.HeldAt, channels = person.Channels };

    /// <summary>Why a list was not overruled.</summary>
    public static string Words(EditProblem problem) => problem switch
    {
        EditProblem.ReasonMissing => "Say why: how it is known that they agreed after they unsubscribed. Nothing was saved.",
        EditProblem.NamesThePerson => "Reason and document stay in the ledger for good: they may name nobody, neither by address, telephone nor name. Nothing was saved.",
        EditProblem.ListChanged => "Other people are on the list by now: look at it again. Nothing was saved.",
        EditProblem.NobodyHeld => "There is nobody on the list. Nothing was saved.",
        _ => throw new ArgumentOutOfRangeException(nameof(problem), problem, "A refusal without words."),
    };

    static int Tell(long people, string slug, bool json)
    {
        if (json)
            Printer.Json(new { people, overruled = false });
        else
            Printer.Line(string.Create(CultureInfo.InvariantCulture, $"{people} people of {slug} unsubscribed from e-mail at SALESmanago. With --yes each of them gets an opt-in with your reason in the ledger, at SALESmanago and in the shop. Nothing was done."));
        return ExitCodes.Usage;
    }
}
