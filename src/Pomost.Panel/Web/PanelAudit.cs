using System.Globalization;
using System.Security.Claims;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>Writes what the person of this request did into the audit log.</summary>
public sealed class PanelAudit(IAuditLog log, PanelRequest request)
{
    /// <param name="action">What was done: <c>subject.verb</c>, for example <c>store.paused</c>.</param>
    /// <param name="subject">To what: a store's slug, a contact's number, a key's name.</param>
    /// <param name="changes">Values that changed. Never a secret, never a contact's address.</param>
    public Task WriteAsync(string action, string subject = "", params IReadOnlyList<AuditChange> changes) => log.AddAsync(
        new AuditEntry
        {
            AccountId = request.User.AccountId(),
            UserId = Guid.TryParse(request.User.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out var user) ? user : null,
            Actor = request.PersonName,
            Action = action,
            Subject = subject,
            Changes = [.. changes.Where(change => change.Old != change.New)],
            Origin = request.Http.Connection.RemoteIpAddress?.ToString(),
        },
        // What was done stays written, even when the person did not wait for the answer.
        CancellationToken.None);
}
