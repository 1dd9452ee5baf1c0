using System.Security.Cryptography.X509Certificates;

namespace Pomost.Simulators.WooCommerce;

/// <summary>How a simulated WooCommerce shop is set up. The defaults are a well-kept shop in Poland.</summary>
public sealed record WooCommerceSimulatorOptions
{
    public const string WooCommerceVersion = "10.9.1";
    public const string WordPressVersion = "6.9.7";

    public string ShopName { get; init; } = "Sklep pod Lipą";

    /// <summary>Serves https with a self-made certificate as the shop's address; plain http answers, too.</summary>
    public bool Https { get; init; }

    /// <summary>The port of <see cref="WooCommerceSimulator.BaseAddress"/> on loopback; 0 lets the system choose.</summary>
    public int Port { get; init; }

    /// <summary>Https ends before PHP, which therefore believes in plain http: Basic and query keys are refused.</summary>
    public bool HttpsEndsAtProxy { get; init; }

    /// <summary>The address the shop believes to have; signatures are checked against it. Null: the true one.</summary>
    public Uri? HomeUrl { get; init; }

    /// <summary>The first part of the REST path, which a shop may rename.</summary>
    public string RestPrefix { get; init; } = "wp-json";

    /// <summary>The zone of dates without <c>_gmt</c>.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");

    /// <summary>What the shop calls its time zone; empty as in WordPress where an offset was chosen, null = the name of <see cref="TimeZone"/>.</summary>
    public string? TimeZoneName { get; init; }

    public string Currency { get; init; } = "PLN";

    /// <summary>Orders in their own tables (HPOS). Off: a write of nothing but meta leaves <c>date_modified</c> alone.</summary>
    public bool OrdersInOwnTables { get; init; } = true;

    /// <summary>Off: <c>wc-analytics</c> answers 404 <c>rest_no_route</c>.</summary>
    public bool AnalyticsEnabled { get; init; } = true;

    /// <summary>Order statuses that plug-ins added, without the prefix <c>wc-</c>.</summary>
    public IReadOnlyList<string> ExtraOrderStatuses { get; init; } = [];

    /// <summary>How late the shop's background queue sends webhooks, on the shop's clock.</summary>
    public TimeSpan WebhookDelay { get; init; }

    /// <summary>Off: webhooks wait for <see cref="WooWebhooks.DeliverDueAsync"/>.</summary>
    public bool WebhooksRunByThemselves { get; init; } = true;

    /// <summary>As WordPress does, sends nothing to private addresses and to ports other than 80, 443 and 8080.</summary>
    public bool RefusesPrivateReceivers { get; init; }

    /// <summary>A self-made certificate of a receiver of webhooks and keys that the shop accepts besides properly signed ones.</summary>
    public X509Certificate2? TrustedReceiver { get; init; }

    /// <summary>Whether <c>/wc-auth/v1/authorize</c> is approved at once; otherwise it shows a page with two links.</summary>
    public bool ApprovesAuthorization { get; init; } = true;

    /// <summary>Takes callback addresses of the authorization that are not https, which the real shop refuses.</summary>
    public bool AllowsHttpCallback { get; init; }

    /// <summary>How far the shop's clock is before the true time; negative when it is behind. OAuth 1.0a ends at fifteen minutes.</summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>Of all chance: keys and faults.</summary>
    public int Seed { get; init; } = 1;
}
