namespace Pomost.Panel.Web;

/// <summary>A page that the menu leads to.</summary>
/// <param name="Key">What a page calls itself to be marked in the menu.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Icon">Its picture in the menu.</param>
/// <param name="Name">Its name in the person's language.</param>
/// <param name="Go">The second key of its shortcut, after "g"; null = none.</param>
public sealed record MenuItem(string Key, string Address, string Icon, string Name, string? Go = null);

/// <summary>The pages of an account that a person may see, besides those of a single store.</summary>
static class PanelMenu
{
    public static IReadOnlyList<MenuItem> General(PanelRequest r)
    {
        var items = new List<MenuItem> { new("dashboard", "/", "home", r.T.Common.Dashboard, "d") };
        if (r.User.May(PanelPolicies.SeeContacts))
            items.Add(new("contacts", "/contacts", "users", r.T.Common.Contacts, "k"));
        if (r.User.May(PanelPolicies.SeeDeliveries))
            items.Add(new("deliveries", "/deliveries", "send", r.T.Deliveries.Title, "r"));
        return items;
    }

    public static IReadOnlyList<MenuItem> Administration(PanelRequest r)
    {
        var items = new List<MenuItem>();
        if (r.User.May(PanelPolicies.Team))
            items.Add(new("team", "/team", "users-group", r.T.Team.Title));
        if (r.User.May(PanelPolicies.ApiKeys))
            items.Add(new("api-keys", "/api-keys", "key", r.T.Keys.Title));
        if (r.User.MayAdminister())
            items.Add(new("webhooks", "/webhooks", "plug", r.T.Webhooks.Title));
        if (r.User.MaySeeAudit())
            items.Add(new("audit", "/audit", "list-check", r.T.Audit.Title));
        if (r.User.May(PanelPolicies.SeeSystem))
            items.Add(new("system", "/system", "activity", r.T.Health.Title));
        if (r.User.IsOperator())
            items.Add(new("mail", "/system/mail", "mail", r.T.Mail.Title));
        return items;
    }
}
