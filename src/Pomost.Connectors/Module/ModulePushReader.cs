using System.Globalization;
using System.Text.Json;
using Pomost.Contract;

namespace Pomost.Connectors.Module;

/// <summary>Checks what comes to the inbox address as a push of a module.</summary>
static class ModulePushReader
{
    const int MostChanges = 500;

    /// <summary>The push, or why it is refused; null when the request does not claim to be one.</summary>
    public static ModulePush? Read(WebhookRequest request, string? secret, DateTimeOffset now)
    {
        if (Header(request, ModuleSignature.MethodHeader) is not { } method)
            return null;
        var body = request.Body.Span;
        if (body.Length > ModuleSignature.LargestCall)
            return ModulePush.Refused(PushRefusal.TooLarge);
        var (timestamp, nonce) = (Header(request, ModuleSignature.TimestampHeader) ?? "", Header(request, ModuleSignature.NonceHeader) ?? "");
        var isAuthentic = secret is not null && method == "push" && ModuleSignature.IsNonce(nonce) && timestamp.Length is > 0 and <= 12
            && long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && ModuleSignature.IsSigned(secret, timestamp, nonce, method, body, Header(request, ModuleSignature.SignatureHeader) ?? "");
        if (!isAuthentic)
            return ModulePush.Refused(PushRefusal.Signature);
        var sent = DateTimeOffset.FromUnixTimeSeconds(Math.Min(long.Parse(timestamp, CultureInfo.InvariantCulture), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
        if ((now - sent).Duration() > ModuleSignature.Window)
            return ModulePush.Refused(PushRefusal.Stale);
        return ChangesIn(body) is { } changes
            ? new ModulePush(null, changes) { Nonce = nonce, NonceUntil = sent + ModuleSignature.Window + TimeSpan.FromSeconds(1) }
            : ModulePush.Refused(PushRefusal.Invalid);
    }

    static IReadOnlyList<AnnouncedChange>? ChangesIn(ReadOnlySpan<byte> body)
    {
        try
        {
            var pushed = JsonSerializer.Deserialize(body, ModuleJson.Default.ModulePushBody);
            return pushed is null || pushed.Changes.Count > MostChanges ? null : ModuleMapping.Changes(pushed.Changes);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Header(WebhookRequest request, string name)
        => request.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
