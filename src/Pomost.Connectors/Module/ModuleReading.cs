using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.Module;

/// <summary>How far the log was read.</summary>
/// <param name="Log">Which log.</param>
/// <param name="After">Everything up to here was told and has settled.</param>
/// <param name="Version">Form of the cursor.</param>
sealed record ModuleLogPosition(
    [property: JsonPropertyName("l")] string Log, [property: JsonPropertyName("a")] string After, [property: JsonPropertyName("v")] int Version = 1);

/// <summary>How far a list was read.</summary>
sealed record ModuleListPosition([property: JsonPropertyName("a")] string? After, [property: JsonPropertyName("v")] int Version = 1)
{
    public static ModuleListPosition Start { get; } = new((string?)null);
}

/// <summary>Reads a module's lists by cursor.</summary>
static class ModuleReading
{
    public static async IAsyncEnumerable<ChangeLogPage> ChangesAsync(ModuleClient module, SyncCursor? from, [EnumeratorCancellation] CancellationToken ct)
    {
        if (from is null)
        {
            var log = (await module.InfoAsync(ct)).Changes!;
            yield return new ChangeLogPage([], CursorOf(new ModuleLogPosition(log.Log!, log.Settled ?? "0")));
            yield break;
        }
        var position = Read(from, ModuleCursorJson.Default.ModuleLogPosition) ?? new ModuleLogPosition("", "0");
        var (after, known) = (position.After, position.Log);
        while (true)
        {
            var page = await module.ListAsync("changes", after, ModuleJson.Default.ModuleChange, ct);
            if (page.End.Log is not { Length: > 0 } log)
                throw new RetryLaterException("The module did not say which log this is.");
            var isAnother = log != known;
            if (isAnother && after != "0")
            {
                // Positions of another log mean nothing in this one: from its beginning, told again.
                (known, after) = (log, "0");
                yield return new ChangeLogPage([], CursorOf(new ModuleLogPosition(log, "0"))) { HasGap = true };
                continue;
            }
            known = log;
            var hasGap = isAnother || (page.End.First > 1 && long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && seq + 1 < page.End.First);
            yield return new ChangeLogPage(ModuleMapping.Changes(page.Rows), CursorOf(new ModuleLogPosition(log, page.End.Settled!))) { HasGap = hasGap };
            if (!page.End.More)
                yield break;
            after = Next(page.End, after);
        }
    }

    /// <summary>Reads a list to its end.</summary>
    public static async IAsyncEnumerable<Page<T>> ListAsync<TRow, T>(
        ModuleClient module, string method, JsonTypeInfo<TRow> type, Func<TRow, (T? Item, RejectedRecord? Rejected)> map, SyncCursor? from,
        [EnumeratorCancellation] CancellationToken ct)
        where TRow : class
        where T : class
    {
        var after = from is null ? null : (Read(from, ModuleCursorJson.Default.ModuleListPosition) ?? ModuleListPosition.Start).After;
        while (true)
        {
            var page = await module.ListAsync(method, after, type, ct);
            var mapped = page.Rows.Select(map).ToList();
            yield return new Page<T>([.. mapped.Select(row => row.Item).OfType<T>()], CursorOf(new ModuleListPosition(page.End.Settled)))
            {
                Rejected = [.. mapped.Select(row => row.Rejected).OfType<RejectedRecord>()],
            };
            if (!page.End.More)
                yield break;
            after = Next(page.End, after);
        }
    }

    public static IAsyncEnumerable<Page<ShopContact>> SubscribersAsync(ModuleClient module, SyncCursor? from, CancellationToken ct)
        => ListAsync(module, "subscribers", ModuleJson.Default.ModuleContact, ModuleMapping.Subscriber, from, ct);

    public static IAsyncEnumerable<Page<ShopCart>> CartsAsync(ModuleClient module, SyncCursor? from, CancellationToken ct)
        => ListAsync(module, "carts", ModuleJson.Default.ModuleCart, ModuleMapping.Cart, from, ct);

    /// <summary>The cursor that reads what changes in a list from now on.</summary>
    public static async Task<SyncCursor> EndAsync(ModuleClient module, string method, CancellationToken ct)
        => (await module.InfoAsync(ct)).Streams?.GetValueOrDefault(method)?.Settled is { } settled
            ? CursorOf(new ModuleListPosition(settled)) : throw new RetryLaterException($"The module did not say where its {method} end.");

    // A module that says there is more and stays where it is would be asked for ever.
    static string Next(ModuleEnd end, string? after)
        => end.Next != after ? end.Next! : throw new RetryLaterException("The module gives the same page again; a cache before it may be at fault.");

    static SyncCursor CursorOf(ModuleLogPosition position) => new(JsonSerializer.Serialize(position, ModuleCursorJson.Default.ModuleLogPosition));

    static SyncCursor CursorOf(ModuleListPosition position) => new(JsonSerializer.Serialize(position, ModuleCursorJson.Default.ModuleListPosition));

    // A cursor of another form than ours: from the beginning, which repeats and leaves nothing out.
    static T? Read<T>(SyncCursor cursor, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(cursor.Value, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(ModuleLogPosition))]
[JsonSerializable(typeof(ModuleListPosition))]
sealed partial class ModuleCursorJson : JsonSerializerContext;
