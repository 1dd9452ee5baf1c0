using Microsoft.AspNetCore.Identity;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>Writes what the person of this request did into the audit log.</summary>
public sealed class PanelAudit(IAuditLog log, IAccounts accounts, UserManager<PomostUser> users, PanelRequest request)
{
    /// <param name="action">What was done: <c>subject.verb</c>, for example <c>store.paused</c>.</param>
    /// <param name="subject">To what: a store's slug, a contact's number, a key's name.</param>
    /// <param name="changes">Values that changed. Never a secret, never a contact's address.</param>
    public Task WriteAsync(string action, string subject = "", params IReadOnlyList<AuditChange> changes)
        => WriteAsync(request.User.AccountId(), request.User.UserId(), request.PersonName, action, subject, changes);

    /// <summary>Writes what somebody did whom this request has only just come to know: who logged in, who registered.</summary>
    public async Task WriteOfAsync(Guid personId, string action)
    {
        if (await users.FindByIdAsync(personId.ToString()) is not { } person)
            return;
        foreach (var membership in await accounts.MembershipsAsync(person.Id, CancellationToken.None))
            await WriteAsync(membership.AccountId, person.Id, person.FullName, action, "", []);
    }

    /// <summary>The entry for what the person of this request does, to be written together with the act itself.</summary>
    public AuditEntry EntryOf(string action, string subject) => EntryOf(request.User.AccountId(), request.User.UserId(), request.PersonName, action, subject, []);

    // What was done stays written, even when the person did not wait for the answer.
    Task WriteAsync(long accountId, Guid userId, string actor, string action, string subject, IReadOnlyList<AuditChange> changes)
        => log.AddAsync(EntryOf(accountId, userId, actor, action, subject, changes), CancellationToken.None);

    AuditEntry EntryOf(long accountId, Guid userId, string actor, string action, string subject, IReadOnlyList<AuditChange> changes) => new()
    {
        AccountId = accountId,
        UserId = userId,
        Actor = actor,
        Action = action,
        Subject = subject,
        Changes = [.. changes.Where(change => change.Old != change.New)],
        Origin = request.Http.Connection.RemoteIpAddress?.ToString(),
    };
}
