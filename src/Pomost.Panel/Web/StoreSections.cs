using Microsoft.AspNetCore.Http;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>The sections of one store, and the way into them.</summary>
static class StoreSections
{
    /// <summary>Pages that every store has, as the menu names them: choosing another store stays on such a page.</summary>
    static readonly string[] Pages = ["login", "integrations", "user-settings", "export", "settings", "account", "connection"];

    /// <summary>The page of a store that corresponds to the present one.</summary>
    public static string AddressOf(string slug, string active) => $"/stores/{slug}/{(Pages.Contains(active, StringComparer.Ordinal) ? active : "export")}";

    /// <summary>Opens a section: the store of an address must be one of the person's and not disconnected for good.</summary>
    public static async Task<IResult> OpenAsync(string slug, PanelRequest r, StoreDirectory stores, Func<StoreLink, Task<IResult>> open)
    {
        if (await stores.FindAsync(r.User, slug, r.Http.RequestAborted) is not { } link)
            return Page.Missing();
        return link.Store.State == StoreState.Disconnected ? Page.See($"/stores/{link.Slug}/connection") : await open(link);
    }
}
