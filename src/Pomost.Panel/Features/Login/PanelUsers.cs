using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Panel.Features.Login;

/// <summary>The people of the panel. Identity's own lock is off: it would lock out the owner of an address for what strangers try, and count otherwise than
/// for addresses that nobody has (see <see cref="LoginAttempts"/>).</summary>
public sealed class PanelUsers(
    IUserStore<PomostUser> store, IOptions<IdentityOptions> options, IPasswordHasher<PomostUser> hasher, IEnumerable<IUserValidator<PomostUser>> users,
    IEnumerable<IPasswordValidator<PomostUser>> passwords, ILookupNormalizer keys, IdentityErrorDescriber errors, IServiceProvider services,
    ILogger<UserManager<PomostUser>> log) : UserManager<PomostUser>(store, options, hasher, users, passwords, keys, errors, services, log)
{
    public override bool SupportsUserLockout => false;
}
