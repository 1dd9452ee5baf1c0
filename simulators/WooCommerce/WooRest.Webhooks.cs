using System.Text.Json;

namespace Pomost.Simulators.WooCommerce;

sealed partial class WooRest
{
    static readonly string[] RequiredOfWebhook = ["topic", "delivery_url"];

    WooAnswer Webhooks(WooRequest request)
    {
        var arguments = Arguments(request).Paging();
        var status = arguments.OneOf("status", "all", ["all", .. WooWebhooks.States]);
        var descending = arguments.OneOf("order", "desc", "asc", "desc") == "desc";
        arguments.Check();
        request.Demand("view", list: true);
        var found = webhooks.All.Where(webhook => status == "all" || webhook.Status == status).ToList();
        if (descending)
            found.Reverse();
        return List(request, arguments, [.. found.Skip(arguments.Offset).Take(arguments.PerPage)], found.Count,
            (writer, webhook) => Write(writer, webhook, request.Fields, alone: false));
    }

    WooAnswer Webhook(WooRequest request, int id)
    {
        request.Demand("view");
        var webhook = KnownWebhook(id);
        return One(writer => Write(writer, webhook, request.Fields, alone: true));
    }

    async Task<WooAnswer> CreateWebhookAsync(WooRequest request)
    {
        request.Demand("create");
        var body = Body(request);
        if (WooBody.Text(body, "topic") is not { } topic || WooBody.Text(body, "delivery_url") is not { } url)
        {
            throw WooError.MissingParameters(
                [.. RequiredOfWebhook.Where(name => WooBody.Text(body, name) is null)]);
        }
        CheckTopic(topic);
        CheckUrl(url);
        var made = webhooks.Add(
            WooBody.Text(body, "name") ?? "Webhook created",
            topic,
            url,
            WooBody.Text(body, "secret") ?? Guid.NewGuid().ToString("N"),
            WebhookStatus(body, "active"));
        await webhooks.PingAsync(made, CancellationToken.None);
        return One(writer => Write(writer, made, request.Fields, alone: true), status: 201);
    }

    WooAnswer UpdateWebhook(WooRequest request, int id)
    {
        request.Demand("edit");
        var old = KnownWebhook(id);
        var body = Body(request);
        if (WooBody.Text(body, "topic") is { } topic)
            CheckTopic(topic);
        if (WooBody.Text(body, "delivery_url") is { } url)
            CheckUrl(url);
        var status = WebhookStatus(body, old.Status);
        var changed = webhooks.Change(id, webhook => webhook with
        {
            Name = WooBody.Text(body, "name") ?? webhook.Name,
            Topic = WooBody.Text(body, "topic") ?? webhook.Topic,
            DeliveryUrl = WooBody.Text(body, "delivery_url") ?? webhook.DeliveryUrl,
            Secret = WooBody.Text(body, "secret") ?? webhook.Secret,
            Status = status,
            Failures = status == "active" && webhook.Status != "active" ? 0 : webhook.Failures,
        });
        return One(writer => Write(writer, changed, request.Fields, alone: true));
    }

    WooAnswer DeleteWebhook(WooRequest request, int id)
    {
        request.Demand("delete");
        var webhook = KnownWebhook(id);
        if (!Arguments(request).Flag("force"))
            throw WooError.NoTrash("Webhooks");
        webhooks.Remove(id);
        return One(writer => Write(writer, webhook, request.Fields, alone: true));
    }

    WooWebhook KnownWebhook(int id) => webhooks.Find(id) ?? throw new WooError(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.");

    static void CheckTopic(string topic)
    {
        if (!WooWebhooks.IsTopic(topic))
            throw new WooError(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid.");
    }

    static void CheckUrl(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new WooError(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", "Webhook delivery URL must be a valid URL starting with http:// or https://.");
    }

    static string WebhookStatus(JsonElement body, string otherwise)
    {
        var status = WooBody.Text(body, "status") ?? otherwise;
        return WooWebhooks.States.Contains(status, StringComparer.Ordinal)
            ? status
            : throw WooError.InvalidParameter("status", "rest_not_in_enum", $"status is not one of {string.Join(", ", WooWebhooks.States)}.");
    }

    void Write(Utf8JsonWriter writer, WooWebhook webhook, FieldFilter? fields, bool alone)
    {
        var topic = webhook.Topic.Split('.', 2);
        writer.WriteStartObject();
        WooJson.Number(writer, fields, "id", webhook.Id);
        WooJson.Text(writer, fields, "name", webhook.Name);
        WooJson.Text(writer, fields, "status", webhook.Status);
        WooJson.Text(writer, fields, "topic", webhook.Topic);
        WooJson.Text(writer, fields, "resource", topic[0]);
        WooJson.Text(writer, fields, "event", topic[1]);
        if (fields?.Has("hooks") != false)
        {
            writer.WriteStartArray("hooks");
            writer.WriteStringValue(topic[0] == "action" ? topic[1] : $"woocommerce_{topic[1]}_{topic[0]}");
            writer.WriteEndArray();
        }
        WooJson.Text(writer, fields, "delivery_url", webhook.DeliveryUrl);
        json.Dates(writer, fields, "date_created", "date_created_gmt", webhook.CreatedAt);
        json.Dates(writer, fields, "date_modified", "date_modified_gmt", webhook.ModifiedAt);
        json.Links(writer, fields, alone, "wc/v3/webhooks", webhook.Id);
        writer.WriteEndObject();
    }
}
