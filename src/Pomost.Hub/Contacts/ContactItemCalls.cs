using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pomost.Hub;

/// <summary>Calls about notes, tasks and coupons of a contact.</summary>
internal static class ContactItemCalls
{
    /// <summary>Of each kind a contact may have so many.</summary>
    public const int MostOfAKind = 1000;

    private const int MaxNote = 4000;
    private const int ShortestCoupon = 5;
    private const int LongestCoupon = 64;
    private const int UsualCouponLength = 10;
    private const string CouponLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static readonly string[] Reminders = ["_15_MIN", "_30_MIN", "_1_HOUR", "_12_HOUR", "_1_DAY", "_1_WEEK"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("contact/addNote", Access.Signed, AddNoteAsync);
        routes.MapCall("contact/addTask", Access.Signed, SaveTaskAsync);
        routes.MapCall("contact/updateTask", Access.Signed, SaveTaskAsync);
        routes.MapCall("contact/addContactCoupon", Access.Signed, AddCouponAsync);
        routes.MapCall("contact/useContactCoupon", Access.Signed, UseCouponAsync);
    }

    private static async Task<IResult> AddNoteAsync(HubCall call)
    {
        var author = call.OwnerOrNull();
        var person = ContactPointer.From(call.Body);
        var content = new NoteContent(NoteOf(call.Body) ?? throw HubRefusal.Missing("note"), call.Body.Flag("priv"), author);
        var id = await ChangeAsync(call, HubItemKind.Note, person, [], change =>
        {
            var contact = person.FindMovedIn(change) ?? throw HubRefusal.ContactNotFound();
            Save(change, HubItemKind.Note, change.NewId().ToString("D"), contact, content, HubStoredJson.Default.NoteContent);
            return contact.Card.Id;
        });
        return HubCall.Reply(new ContactIdAnswer(id));
    }

    /// <summary>Without the id of a task that is there it is a new one; <c>finished</c> takes it off the lists.</summary>
    private static async Task<IResult> SaveTaskAsync(HubCall call)
    {
        call.OwnerOrNull();
        var task = call.Body.TryObject("smContactTaskReq", out var inner) ? inner : call.Body;
        var named = task.TryId("id", out var taskId) ? taskId.ToString("D") : null;
        if (task.Text("id") is { } given && named is null && !string.Equals(given, "false", StringComparison.OrdinalIgnoreCase))
            throw new HubRefusal("Task not found");
        var person = new ContactPointer(
            task.TryId("contactId", out var contactId) || call.Body.TryId("contactId", out contactId) ? contactId : null,
            task.Text("contactEmail") ?? call.Body.Text("email"));
        if (named is null && person is { Id: null, Email: null }) throw HubRefusal.Missing("smContactTaskReq.contactEmail");
        var (note, at, cc, reminder) = (NoteOf(task), task.Time("date"), task.Text("cc"), ReminderOf(task.Text("reminder")));
        if (named is null && note is null) throw HubRefusal.Missing("smContactTaskReq.note");
        var finished = call.Body.FlagOrNull("finished") ?? task.FlagOrNull("realized");
        var key = await ChangeAsync(call, HubItemKind.Task, person, named is null ? [] : [named], change =>
        {
            var stored = named is null ? null : change.FindItem(named) ?? throw new HubRefusal("Task not found");
            var before = stored is null ? null : JsonSerializer.Deserialize(stored.Content, HubStoredJson.Default.TaskContent);
            var content = new TaskContent(
                note ?? before?.Note ?? "", at ?? before?.At, cc ?? before?.Cc, reminder ?? before?.Reminder, finished ?? before?.IsFinished ?? false);
            if (stored is not null)
            {
                change.SaveItem(stored with { Content = JsonSerializer.Serialize(content, HubStoredJson.Default.TaskContent) });
                return stored.Key;
            }
            var contact = person.FindMovedIn(change) ?? throw HubRefusal.ContactNotFound();
            var key = change.NewId().ToString("D");
            Save(change, HubItemKind.Task, key, contact, content, HubStoredJson.Default.TaskContent);
            return key;
        });
        return HubCall.Reply(new TaskIdAnswer(key));
    }

    private static async Task<IResult> AddCouponAsync(HubCall call)
    {
        call.OwnerOrNull();
        var person = ContactPointer.From(call.Body);
        var code = CouponOf(call.Body);
        var content = new CouponContent(call.Body.Text("name"), call.Body.Time("valid"), UsedAt: null);
        await ChangeAsync(call, HubItemKind.Coupon, person, [code], change =>
        {
            var contact = person.FindMovedIn(change) ?? throw HubRefusal.ContactNotFound();
            if (change.FindItem(code) is { } present)
            {
                if (present.ContactId != contact.Card.Id) throw new HubRefusal("Coupon belongs to another contact");
                var used = JsonSerializer.Deserialize(present.Content, HubStoredJson.Default.CouponContent)?.UsedAt;
                change.SaveItem(present with { Content = JsonSerializer.Serialize(content with { UsedAt = used }, HubStoredJson.Default.CouponContent) });
                return true;
            }
            Save(change, HubItemKind.Coupon, code, contact, content, HubStoredJson.Default.CouponContent);
            return true;
        });
        return HubCall.Reply(new CouponAnswer(code, code));
    }

    private static async Task<IResult> UseCouponAsync(HubCall call)
    {
        call.OwnerOrNull();
        var person = ContactPointer.From(call.Body);
        var code = call.Body.RequiredText("coupon");
        await ChangeAsync(call, HubItemKind.Coupon, person, [code], change =>
        {
            var contact = person.FindMovedIn(change) ?? throw HubRefusal.ContactNotFound();
            if (change.FindItem(code) is not { } coupon || coupon.ContactId != contact.Card.Id) throw new HubRefusal("Coupon not found");
            var content = JsonSerializer.Deserialize(coupon.Content, HubStoredJson.Default.CouponContent)!;
            if (content.UsedAt is not null) throw new HubRefusal("Coupon was used already");
            if (content.ValidUntil < change.Now) throw new HubRefusal("Coupon is no longer valid");
            change.SaveItem(coupon with { Content = JsonSerializer.Serialize(content with { UsedAt = change.Now }, HubStoredJson.Default.CouponContent) });
            return true;
        });
        return HubCall.Done();
    }

    private static async Task<T> ChangeAsync<T>(HubCall call, HubItemKind kind, ContactPointer person, string[] itemKeys, Func<HubChange, T> decide)
    {
        var keys = person.Keys();
        keys.ItemKind = kind;
        keys.ItemKeys.UnionWith(itemKeys);
        var (result, _) = await call.Services.Contacts.ChangeAsync(call.Account.Id, keys, call.Now, decide, call.Cancellation);
        return result;
    }

    private static void Save<T>(HubChange change, HubItemKind kind, string key, TrackedContact contact, T content, JsonTypeInfo<T> type)
    {
        if (change.ItemsOf(contact.Card.Id).Count() >= MostOfAKind) throw new HubRefusal($"A contact may have {MostOfAKind} notes, tasks and coupons each");
        change.SaveItem(new(kind, key, contact.Card.Id, JsonSerializer.Serialize(content, type), change.Now));
    }

    private static string? NoteOf(Fields fields) => fields.Text("note") is { } note
        ? note.Length <= MaxNote ? note : throw new HubRefusal($"note is longer than {MaxNote} characters", reasonCode: HubRefusal.ExceedsLimits)
        : null;

    // Clients write it with and without the line before it.
    private static string? ReminderOf(string? given) => given is null
        ? null
        : Reminders.FirstOrDefault(one => string.Equals(one.TrimStart('_'), given.TrimStart('_'), StringComparison.OrdinalIgnoreCase))
            ?? throw new HubRefusal("reminder is not known", reasonCode: HubRefusal.PatternNotMatched);

    private static string CouponOf(Fields fields)
    {
        if (fields.Text("coupon") is { } given)
        {
            return given.Length is >= ShortestCoupon and <= LongestCoupon
                ? given
                : throw new HubRefusal($"coupon needs {ShortestCoupon} to {LongestCoupon} characters", reasonCode: HubRefusal.ExceedsLimits);
        }
        var length = fields.Integer("length") ?? UsualCouponLength;
        return length is >= ShortestCoupon and <= LongestCoupon
            ? RandomNumberGenerator.GetString(CouponLetters, (int)length)
            : throw new HubRefusal($"length must be between {ShortestCoupon} and {LongestCoupon}", reasonCode: HubRefusal.ExceedsLimits);
    }
}
