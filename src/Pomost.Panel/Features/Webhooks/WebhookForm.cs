using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Webhooks;

/// <summary>What was typed for a subscription.</summary>
public sealed record WebhookForm
{
    const int LongestUrl = 2_000;

    public string Url { get; init; } = "";

    public IReadOnlyList<WebhookEvent> Events { get; init; } = [];

    public bool TellsEmail { get; init; }

    public static WebhookForm From(IFormCollection form) => new()
    {
        Url = form["url"].ToString().Trim(),
        Events = [.. form["event"].OfType<string>().Select(WebhookEvents.Find).OfType<WebhookEvent>().Where(WebhookEvents.All.Contains).Distinct()],
        TellsEmail = form["email"] == "1",
    };

    public static WebhookForm Of(WebhookSubscription subscription)
        => new() { Url = subscription.Url.AbsoluteUri, Events = subscription.Events, TellsEmail = subscription.TellsEmail };

    /// <summary>The address, or messages by field.</summary>
    public (Uri? Address, IReadOnlyDictionary<string, string> Errors) Check(PanelTexts t, WebhookDesk desk)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        Uri? address = null;
        if (Url.Length == 0)
            errors["url"] = t.Common.Required;
        else if (Url.Length > LongestUrl || !Uri.TryCreate(Url, UriKind.Absolute, out address) || address.Scheme is not ("https" or "http") || address.UserInfo.Length > 0)
            errors["url"] = t.Webhooks.NotAnAddress;
        else if (!desk.MayBe(address))
            errors["url"] = t.Webhooks.NotEncrypted;
        if (Events.Count == 0)
            errors["event"] = t.Webhooks.NoEvent;
        return (errors.Count == 0 ? address : null, errors);
    }
}
