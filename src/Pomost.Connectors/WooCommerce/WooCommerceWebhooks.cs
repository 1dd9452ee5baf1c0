using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pomost.Contract;

namespace Pomost.Connectors.WooCommerce;

/// <summary>The shop's webhooks: made, mended, taken away, and their deliveries verified.</summary>
static class WooCommerceWebhooks
{
    const string Webhooks = "wc/v3/webhooks";

    static readonly string[] Topics =
    [
        "customer.created", "customer.updated", "customer.deleted", "order.created", "order.updated", "order.deleted",
        "product.created", "product.updated", "product.deleted", "product.restored",
    ];

    public static async Task<WebhookState> EnsureAsync(WooCommerceApi api, Uri deliverTo, string secret, CancellationToken ct)
    {
        var ours = await OursAsync(api, deliverTo, ct);
        var repaired = 0;
        foreach (var topic in Topics)
        {
            // The shop never shows a secret again, so the name carries its fingerprint: a changed secret is seen.
            var name = $"Pomost {topic} {FingerprintOf(secret)}";
            var same = ours.Where(webhook => webhook.Topic == topic).ToList();
            foreach (var superfluous in same.Skip(1))
                await DeleteAsync(api, superfluous, ct);
            if (same.FirstOrDefault() is { Status: "active" } good && good.Name == name)
                continue;
            var change = new WooWebhookChange(name, topic, deliverTo.AbsoluteUri, secret, "active");
            var path = same.Count == 0 ? Webhooks : FormattableString.Invariant($"{Webhooks}/{same[0].Id}");
            using var answer = await api.ChangeAsync(
                same.Count == 0 ? HttpMethod.Post : HttpMethod.Put, path, [],
                JsonSerializer.SerializeToUtf8Bytes(change, WooCommerceJson.Default.WooWebhookChange), ct);
            if (!answer.IsSuccess)
                return new WebhookState(Active: false, repaired);
            repaired++;
        }
        return new WebhookState(Active: true, repaired);
    }

    public static async Task RemoveAsync(WooCommerceApi api, Uri deliverTo, CancellationToken ct)
    {
        foreach (var webhook in await OursAsync(api, deliverTo, ct))
            await DeleteAsync(api, webhook, ct);
    }

    public static WebhookVerdict Read(WebhookRequest request, string secret)
    {
        var body = request.Body.Span;
        if (Header(request, "X-WC-Webhook-Signature") is not { } signature)
            return IsPing(body) ? new WebhookVerdict(true, []) : WebhookVerdict.Refused("The signature is missing.");
        if (!IsAuthentic(body, signature, secret))
            return WebhookVerdict.Refused("The signature is wrong.");
        var topic = (Header(request, "X-WC-Webhook-Topic") ?? "").Split('.', 2);
        ShopStream? stream = topic[0] switch
        {
            "customer" => ShopStream.Contacts,
            "order" => ShopStream.Orders,
            "product" => ShopStream.Products,
            _ => null,
        };
        if (stream is null || topic.Length < 2)
            return new WebhookVerdict(true, []);
        var kind = topic[1] == "deleted" ? ChangeKind.Deleted : ChangeKind.Changed;
        return new WebhookVerdict(true, [new AnnouncedChange(stream.Value, kind, IdIn(body))]);
    }

    // Sent once when a webhook is made, without a signature: exactly "webhook_id=" and digits.
    static bool IsPing(ReadOnlySpan<byte> body)
        => body.Length is > 11 and < 32 && body.StartsWith("webhook_id="u8) && body[11..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    static bool IsAuthentic(ReadOnlySpan<byte> body, string signature, string secret)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body, expected);
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes + 1];
        return signature.Length <= 44 && Convert.TryFromBase64String(signature, given, out var length)
            && CryptographicOperations.FixedTimeEquals(expected, given[..length]);
    }

    // A body that is no object with an id (the webhook's owner lost his rights) still says that something changed: poll.
    static string? IdIn(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            var id = JsonSerializer.Deserialize(ref reader, WooCommerceJson.Default.WooWebhook)?.Id ?? 0;
            return id > 0 ? id.ToString(CultureInfo.InvariantCulture) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Header(WebhookRequest request, string name)
        => request.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    static string FingerprintOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("pomost" + secret)))[..8];

    static async Task<List<WooWebhook>> OursAsync(WooCommerceApi api, Uri deliverTo, CancellationToken ct)
    {
        var ours = new List<WooWebhook>();
        var seen = new HashSet<long>();
        for (var page = 1; ; page++)
        {
            var query = new WooQuery().With("per_page", WooCommerceApi.PageSize).With("page", page).With("orderby", "id").With("order", "asc")
                .With("_fields", "id,name,status,topic,delivery_url");
            var list = await api.ListAsync(Webhooks, query, WooCommerceJson.Default.WooWebhook, ct);
            var fresh = list.Rows.Select(row => row.Value).Where(webhook => seen.Add(webhook.Id)).ToList();
            ours.AddRange(fresh.Where(webhook => webhook.DeliveryUrl == deliverTo.AbsoluteUri || webhook.DeliveryUrl == deliverTo.OriginalString));
            if (fresh.Count == 0 || list.Rows.Count < WooCommerceApi.PageSize)
                return ours;
        }
    }

    static async Task DeleteAsync(WooCommerceApi api, WooWebhook webhook, CancellationToken ct)
    {
        using var answer = await api.ChangeAsync(
            HttpMethod.Delete, FormattableString.Invariant($"{Webhooks}/{webhook.Id}"), new WooQuery().With("force", "true"), null, ct);
    }
}
