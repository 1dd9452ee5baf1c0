using System.Security.Cryptography;
using System.Text.Json;

namespace Pomost.Hub;

/// <summary>Calls that write contacts, one or many.</summary>
internal static class ContactCalls
{
    // So many contacts go into one transaction; larger batches are cut, so that memory and the waiting of others stay small.
    private const int ContactsPerTransaction = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("contact/insert", Access.Signed, call => WriteOneAsync(call, WriteMode.Insert));
        routes.MapCall("contact/update", Access.Signed, call => WriteOneAsync(call, WriteMode.Update));
        routes.MapCall("contact/upsert", Access.Signed, call => WriteOneAsync(call, WriteMode.Upsert));
        routes.MapCall("contact/batchupsert", Access.Signed, BatchAsync);
        routes.MapCall("contact/batchupsertv2", Access.Signed, BatchAsJobAsync);
    }

    private static async Task<IResult> WriteOneAsync(HubCall call, WriteMode mode)
    {
        var owner = call.Owner(call.Body.Object("contact"));
        var write = ContactWrite.From(call.Body, call.Now);
        var keys = new HubKeys();
        write.AddKeys(keys);
        var (card, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id, keys, call.Now, change => ContactMerge.Apply(change, write, mode, new(call.Name, owner), owner).Card, call.Cancellation);
        return HubCall.Reply(new ContactWriteAnswer(card.Id, card.ExternalId));
    }

    private static async Task<IResult> BatchAsync(HubCall call)
    {
        var details = ReadDetails(call);
        var ids = new Dictionary<string, Guid>(details.Count, StringComparer.Ordinal);
        foreach (var part in details.Chunk(ContactsPerTransaction))
        {
            var (cards, _) = await ApplyAsync(call, part, asJob: false);
            foreach (var (detail, card) in part.Zip(cards))
            {
                if (card is not null) ids[detail.Write!.Email ?? card.Email] = card.Id;
            }
        }
        return HubCall.Reply(new ContactIdsAnswer(ids) { Message = Problems(details) });
    }

    /// <summary>The asynchronous form. The work is done before the answer, so the job asked for next is always ready.</summary>
    private static async Task<IResult> BatchAsJobAsync(HubCall call)
    {
        var details = ReadDetails(call);
        var cut = Math.Max(0, (details.Count - 1) / ContactsPerTransaction * ContactsPerTransaction);
        foreach (var part in details[..cut].Chunk(ContactsPerTransaction)) await ApplyAsync(call, part, asJob: false);
        var (_, number) = await ApplyAsync(call, details[cut..], asJob: true, before: details[..cut]);
        return HubCall.Reply(new RequestIdAnswer(number) { Message = Problems(details) });
    }

    private static List<Detail> ReadDetails(HubCall call)
    {
        var elements = call.Body.Rows("upsertDetails");
        if (elements.Count == 0) throw HubRefusal.Missing("upsertDetails");
        var outerOwner = call.OwnerOrNull();
        var details = new List<Detail>(elements.Count);
        foreach (var element in elements) details.Add(ReadDetail(call, element, outerOwner, details.Count));
        if (details.TrueForAll(detail => detail.OwnerIsMissing)) throw new HubRefusal("Not authenticated, not owner specified");
        return details;
    }

    // One bad row must not lose the others: it is reported and left out.
    private static Detail ReadDetail(HubCall call, JsonElement element, string? outerOwner, int index)
    {
        if (element.ValueKind != JsonValueKind.Object) return new Detail(index) { Problem = "is not an object" };
        var fields = Fields.From(element);
        var given = GivenAddress(fields);
        try
        {
            var owner = outerOwner ?? call.OwnerOrNull(fields) ?? call.OwnerOrNull(fields.Object("contact"));
            if (owner is null) return new Detail(index) { Given = given, OwnerIsMissing = true, Problem = "Not authenticated, not owner specified" };
            return new Detail(index) { Given = given, Write = ContactWrite.From(fields, call.Now, call.Body), Owner = owner };
        }
        catch (HubRefusal refusal)
        {
            return new Detail(index) { Given = given, Problem = refusal.Message };
        }
    }

    // As the caller wrote it: that it is no address may be what is wrong.
    private static string? GivenAddress(Fields fields)
    {
        try
        {
            return fields.Text("email") ?? fields.Object("contact").Text("email") ?? fields.Text("contactId");
        }
        catch (HubRefusal)
        {
            return null;
        }
    }

    private static Task<(ContactCard?[] Result, long JobNumber)> ApplyAsync(
        HubCall call, IReadOnlyList<Detail> details, bool asJob, IReadOnlyList<Detail>? before = null)
    {
        var keys = new HubKeys();
        foreach (var detail in details) detail.Write?.AddKeys(keys);
        return call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            keys,
            call.Now,
            change =>
            {
                var cards = details.Select(detail => detail.Apply(change, call.Name)).ToArray();
                if (asJob) change.Job = JobFiles.Of((before ?? []).Concat(details).Select(detail => detail.ToFileRow()));
                return cards;
            },
            call.Cancellation);
    }

    private static string[] Problems(IEnumerable<Detail> details) =>
        [.. details.Where(detail => detail.Problem is not null).Select(detail => RowProblem.Of("upsertDetails", detail.Index, detail.Given, detail.Problem!))];

    private sealed class Detail(int index)
    {
        private ContactCard? applied;

        public int Index => index;

        /// <summary>Whom the row is about, as the caller wrote it.</summary>
        public string? Given { get; init; }

        public ContactWrite? Write { get; init; }

        public string Owner { get; init; } = "";

        public bool OwnerIsMissing { get; init; }

        public string? Problem { get; set; }

        /// <summary>The contact after the write; null when the row was refused.</summary>
        public ContactCard? Apply(HubChange change, string call)
        {
            if (Write is null) return null;
            try
            {
                Problem = null;
                return applied = ContactMerge.Apply(change, Write, WriteMode.Upsert, new(call, Owner), Owner).Card;
            }
            catch (HubRefusal refusal)
            {
                Problem = refusal.Message;
                return applied = null;
            }
        }

        public JobFileContact ToFileRow() => new(
            applied is not null, applied?.Email ?? Write?.Email ?? RowProblem.Short(Given), applied is not null, applied?.Id, applied?.Name, applied?.Country, applied?.Phone)
        {
            Problem = applied is null ? $"upsertDetails[{Index}]: {Problem}" : null,
        };
    }
}

/// <summary>What is wrong with one row of a batch, in words.</summary>
internal static class RowProblem
{
    private const int LongestNamed = 254;

    /// <summary>The row by its number, what is wrong, and whom it is about: <c>events[3]: date is required (anna@example.test)</c>.</summary>
    public static string Of(string list, int index, string? who, string problem) =>
        who is null ? $"{list}[{index}]: {problem}" : $"{list}[{index}]: {problem} ({Short(who)})";

    public static string? Short(string? text) => text is { Length: > LongestNamed } ? text[..LongestNamed] : text;
}

/// <summary>Makes the files that jobs leave.</summary>
internal static class JobFiles
{
    public static NewHubJob Of(IEnumerable<JobFileContact> rows) => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        JsonSerializer.Serialize(new JobFile([.. rows]), HubJson.Default.JobFile));
}
