using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Registration;

/// <summary>Words that must not be most of a password: everybody who tries one knows them.</summary>
public sealed class PasswordWords(IAccounts accounts, PanelAddress address)
{
    static readonly string[] Product = ["pomost", "salesmanago"];

    /// <summary>For somebody who has no team yet.</summary>
    public IReadOnlyList<string> Of(params IReadOnlyList<string> own) => [.. own, .. Product, address.Known?.Host ?? ""];

    public async Task<IReadOnlyList<string>> OfAsync(PomostUser user, CancellationToken cancel)
    {
        var words = new List<string> { user.Email ?? "", user.FullName };
        foreach (var place in await accounts.MembershipsAsync(user.Id, cancel))
            words.Add((await accounts.FindAsync(place.AccountId, cancel))?.Name ?? "");
        return Of(words);
    }
}
