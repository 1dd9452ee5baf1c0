using System.Text.Json;

namespace Pomost.Hub;

/// <summary>Calls about external events.</summary>
internal static class EventCalls
{
    private const int MaxBatch = 1000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("contact/addContactExtEvent", Access.Signed, AddAsync);
        routes.MapCall("contact/updateContactExtEvent", Access.Signed, UpdateAsync);
        routes.MapCall("contact/deleteContactExtEvent", Access.Signed, DeleteAsync);
        routes.MapCall("contact/batchAddContactExtEvent", Access.Signed, AddManyAsync);
        routes.MapCall("contact/addBatchContactExtEvent", Access.Signed, AddManyAsync);
    }

    private static async Task<IResult> AddAsync(HubCall call)
    {
        var row = EventRow.From(call.Body, call.OwnerOrNull(), call.Body);
        var (id, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id, KeysOf([row]), call.Now, change => row.Apply(change, call.Name), call.Cancellation);
        return HubCall.Reply(new EventIdAnswer(id));
    }

    private static async Task<IResult> UpdateAsync(HubCall call)
    {
        call.OwnerOrNull();
        var write = EventWrite.From(EventFields(call.Body));
        if (!write.NamesEvent) throw HubRefusal.Missing("contactEvent.eventId");
        if (write.SaysNothing) throw HubRefusal.Missing("contactEvent");
        var keys = new HubKeys();
        write.AddKeys(keys);
        var (id, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id, keys, call.Now, change => EventMerge.Update(change, write).Id, call.Cancellation);
        return HubCall.Reply(new EventIdAnswer(id));
    }

    private static async Task<IResult> DeleteAsync(HubCall call)
    {
        call.OwnerOrNull();
        var hasId = call.Body.TryId("eventId", out var id);
        var externalId = call.Body.Text("externalId");
        if (call.Body.Text("eventId") is null && externalId is null) throw HubRefusal.Missing("eventId");
        var keys = new HubKeys();
        if (hasId) keys.EventIds.Add(id);
        else if (externalId is not null) keys.EventExternalIds.Add(externalId);
        await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            keys,
            call.Now,
            change =>
            {
                HubEvent[] found = hasId ? [.. new[] { change.FindEvent(id) }.OfType<HubEvent>()]
                    : externalId is null ? [] : [.. change.FindEvents(externalId)];
                if (found.Length == 0) throw new HubRefusal("Event not found");
                foreach (var removed in found) change.RemoveEvent(removed);
                return true;
            },
            call.Cancellation);
        return HubCall.Reply(new ResultAnswer("deleted"));
    }

    /// <summary>An event that was there already counts as created: the caller wants to know that it is in.</summary>
    private static async Task<IResult> AddManyAsync(HubCall call)
    {
        var elements = call.Body.Rows("events");
        if (elements.Count is 0 or > MaxBatch) throw new HubRefusal($"events must hold 1 to {MaxBatch} events");
        var owner = call.OwnerOrNull();
        var failed = new List<(int Index, string? Who, string Problem)>();
        var rows = new List<(int Index, EventRow Row)>(elements.Count);
        foreach (var (index, element) in elements.Index())
        {
            if (Read(element, index, owner, call.Body, failed) is { } row) rows.Add((index, row));
        }
        var (unknown, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            KeysOf(rows.Select(row => row.Row)),
            call.Now,
            change => rows.Where(row => !row.Row.TryApply(change, call.Name)).ToList(),
            call.Cancellation);
        failed.AddRange(unknown.Select(row => (row.Index, row.Row.Name, HubRefusal.ContactNotFound().Message)));
        failed.Sort((one, other) => one.Index.CompareTo(other.Index));
        return HubCall.Reply(new EventBatchAnswer(
            elements.Count - failed.Count, failed.Count, [.. failed.Select(row => RowProblem.Short(row.Who) ?? $"events[{row.Index}]")])
        {
            Message = [.. failed.Select(row => RowProblem.Of("events", row.Index, row.Who, row.Problem))],
        });
    }

    private static EventRow? Read(JsonElement element, int index, string? owner, Fields outer, List<(int Index, string? Who, string Problem)> failed)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            failed.Add((index, null, "is not an object"));
            return null;
        }
        string? who = null;
        try
        {
            var fields = Fields.From(element);
            who = fields.Text("email") ?? fields.Text("contactId");
            return EventRow.From(fields, owner, outer);
        }
        catch (HubRefusal refusal)
        {
            failed.Add((index, who, refusal.Message));
            return null;
        }
    }

    private static HubKeys KeysOf(IEnumerable<EventRow> rows)
    {
        var keys = new HubKeys();
        foreach (var row in rows)
        {
            row.Person.AddTo(keys);
            row.Write.AddKeys(keys);
        }
        return keys;
    }

    // Old clients put the event's fields beside the contact's.
    private static Fields EventFields(Fields body) => body.TryObject("contactEvent", out var inner) ? inner : body;

    private sealed record EventRow(ContactPointer Person, EventWrite Write, bool ForceOptIn, string? Owner)
    {
        public string? Name => Person.Email ?? Person.Id?.ToString();

        public static EventRow From(Fields fields, string? owner, Fields outer)
        {
            var write = EventWrite.From(EventFields(fields));
            if (write.Type is null) throw HubRefusal.Missing("contactEvent.contactExtEventType");
            if (write.At is null) throw HubRefusal.Missing("contactEvent.date");
            return new(ContactPointer.From(fields), write, fields.FlagOrNull("forceOptIn") ?? outer.Flag("forceOptIn"), owner);
        }

        public Guid Apply(HubChange change, string call) =>
            EventMerge.Add(change, Write, FindContact(change, call) ?? throw HubRefusal.ContactNotFound());

        public bool TryApply(HubChange change, string call)
        {
            if (FindContact(change, call) is not { } contact) return false;
            EventMerge.Add(change, Write, contact);
            return true;
        }

        private TrackedContact? FindContact(HubChange change, string call) =>
            EventMerge.FindContact(change, Person, ForceOptIn, Owner, new(call, Owner));
    }
}
