using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Pomost.Simulators.WooCommerce;

/// <content>What the module sends by itself.</content>
public sealed partial class WooModule
{
    const int MostPushed = 500;

    /// <summary>Sends what waits, one push; a refused one stays and is sent again by the next call.</summary>
    /// <returns>How many rows were sent and taken, or lost on request.</returns>
    public async Task<int> PushAsync(CancellationToken ct = default)
    {
        List<LogRow> rows;
        string body;
        lock (_lock)
        {
            rows = [.. Visible().Where(row => !row.IsPushed).Take(MostPushed)];
            body = new JsonObject { ["log"] = _logName, ["changes"] = new JsonArray([.. rows.Select(row => row.ToJson())]) }.ToJsonString();
        }
        if (rows.Count == 0 || _secret is not { } secret || _inbox is not { } inbox)
            return 0;
        if (!_faults.Strikes(Fault.DropPush, "push"))
        {
            var sent = _faults.Strikes(Fault.StalePush, "push") ? Now.AddMinutes(-6) : Now;
            var key = _faults.Strikes(Fault.ForgedPush, "push") ? new string('0', 64) : secret;
            var nonce = RandomNumberGenerator.GetHexString(24, lowercase: true);
            var isTaken = await SendAsync(inbox, key, sent, nonce, body, ct);
            if (_faults.Strikes(Fault.DuplicatePush, "push"))
                await SendAsync(inbox, key, sent, nonce, body, ct);
            if (!isTaken)
                return 0;
        }
        lock (_lock)
        {
            foreach (var row in rows)
                row.IsPushed = true;
        }
        return rows.Count;
    }

    async Task<bool> SendAsync(Uri inbox, string secret, DateTimeOffset at, string nonce, string body, CancellationToken ct)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var bytes = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, inbox) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Pomost-Method", "push");
        request.Headers.Add("X-Pomost-Timestamp", timestamp);
        request.Headers.Add("X-Pomost-Nonce", nonce);
        request.Headers.Add("X-Pomost-Signature", Signature(secret, timestamp, nonce, "push", bytes));
        try
        {
            using var answer = await _http.SendAsync(request, ct);
            Interlocked.Increment(ref answer.IsSuccessStatusCode ? ref _pushed : ref _refused);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
