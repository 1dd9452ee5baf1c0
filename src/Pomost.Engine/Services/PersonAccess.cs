using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>All that is held about a person, here and at the destinations (GDPR, article 15).</summary>
public sealed class PersonAccess(IPersonData data, IErasures erasures, IStores stores, IDestination destination, Connections connections, TimeProvider clock)
{
    /// <summary>Gathers it as one JSON document: times ISO 8601 in UTC, the shop's records as they were read.</summary>
    /// <param name="accountId">Whose data.</param>
    /// <param name="person">The person.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Null when nothing is held. A destination that does not answer is named in the document, with the reason.</returns>
    public async Task<JsonObject?> ExportAsync(long accountId, EmailAddress person, CancellationToken ct)
    {
        var here = new JsonObject();
        var aliases = await erasures.AliasesAsync(accountId, person.Key, ct);
        foreach (var key in aliases)
        {
            foreach (var part in await data.ReadAsync(accountId, key, ct))
            {
                var rows = here[part.Name]?.AsArray() ?? [];
                here[part.Name] ??= rows;
                foreach (var row in part.Rows)
                    rows.Add(Row(row));
            }
        }

        var there = new JsonArray();
        foreach (var target in await stores.ListDestinationsAsync(accountId, ct))
        {
            if (await CardsAsync(target, aliases, ct) is { } card)
                there.Add(card);
        }

        if (here.Count == 0 && there.Count == 0)
            return null;
        return new JsonObject
        {
            ["email"] = person.Value,
            ["addresses"] = new JsonArray([.. aliases.Select(alias => (JsonNode)alias)]),
            ["gatheredAt"] = Instant(clock.GetUtcNow()),
            ["held"] = here,
            ["destinations"] = there,
        };
    }

    async Task<JsonObject?> CardsAsync(Destination target, IReadOnlyList<string> emails, CancellationToken ct)
    {
        var part = new JsonObject { ["destination"] = target.Id, ["clientId"] = target.ClientId };
        try
        {
            var cards = await destination.ReadContactsAsync(connections.DestinationOf(target), emails, ct);
            if (cards.Count == 0)
                return null;
            part["cards"] = JsonSerializer.SerializeToNode(cards, JsonSerializerOptions.Web);
        }
        catch (Exception e) when (e is ConnectorException or InvalidOperationException)
        {
            part["notAnswered"] = e.Message;
        }

        return part;
    }

    static JsonObject Row(IReadOnlyDictionary<string, object?> columns)
    {
        var row = new JsonObject();
        foreach (var (name, value) in columns)
        {
            if (name is "account_id" or "id" || name.StartsWith("protected_", StringComparison.Ordinal) || value is null)
                continue;
            row[name] = value switch
            {
                long time when IsTime(name) => Instant(DateTimeOffset.FromUnixTimeMilliseconds(time)),
                long number => number,
                int number => number,
                bool flag => flag,
                decimal amount => amount,
                double amount => amount,
                string text when text is ['{' or '[', ..] => Parsed(text),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            };
        }

        return row;
    }

    static bool IsTime(string column) => column is "at" or "not_before" || column.EndsWith("_at", StringComparison.Ordinal);

    static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
