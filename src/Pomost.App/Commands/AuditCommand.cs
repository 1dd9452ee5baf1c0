using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost audit</c>: who changed what.</summary>
static class AuditCommand
{
    const int Most = 1_000;

    public static Command Make(CommonOptions common)
    {
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var action = new Option<string?>("--action") { Description = "Beginning of the action: store. for all about stores." };
        var subject = new Option<string?>("--subject") { Description = "Only what was done to this: a store, a contact's number, a key's name." };
        var before = new Option<long?>("--before") { Description = "Only entries with a smaller number, to go on from an earlier list." };
        var max = new Option<int>("--max") { Description = $"How many, at most {Most}.", DefaultValueFactory = _ => 50 };
        var command = new Command("audit", "Who changed what, when and from where, newest first. It can only be added to.") { account, action, subject, before, max };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var entries = await session.Services.GetRequiredService<IAuditLog>().ListAsync(
                tenant.Id, new AuditFilter(line.GetValue(action), Subject: line.GetValue(subject)), line.GetValue(before), Math.Clamp(line.GetValue(max), 1, Most), ct);
            if (line.GetValue(common.Json))
                Printer.Json(entries.Select(Shown));
            else
                foreach (var (id, at, entry) in entries)
                    Printer.Line($"{id,6}  {at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {entry.Actor,-24} {entry.Action,-22} {entry.Subject} {string.Join(", ", entry.Changes.Select(Words))}".TrimEnd());
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>An entry for programs.</summary>
    public static object Shown(KeptAuditEntry kept) => new
    {
        id = kept.Id,
        at = kept.At,
        actor = kept.Entry.Actor,
        user = kept.Entry.UserId,
        action = kept.Entry.Action,
        subject = kept.Entry.Subject,
        changes = kept.Entry.Changes.Select(change => new { field = change.Field, old = change.Old, @new = change.New }),
        origin = kept.Entry.Origin,
    };

    static string Words(AuditChange change) => change is { Old: null, New: null } ? change.Field : $"{change.Field}: {change.Old ?? "-"} -> {change.New ?? "-"}";
}
