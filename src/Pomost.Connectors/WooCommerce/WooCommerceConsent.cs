using System.Globalization;
using System.Net;
using System.Text.Json;
using Pomost.Connectors.Module;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>Writes a statement into the field of the account that the operator named, and looks whether the shop kept it.</summary>
/// <remarks>
/// The platform answers a write from the object in its memory, before a plug-in or a broken cache has its say: that answer is an echo.
/// So the account is read once more.
/// | the look afterwards shows | it means |
/// |---|---|
/// | our value | written |
/// | another value, and the record is older than our write | a replica lags: asked again at once, then later |
/// | another value in a record as new as our write, or newer | not kept |
///
/// A write that was not seen yet is not repeated over an old copy, nor over what somebody chose since: the record's date tells both.
/// </remarks>
static class WooCommerceConsent
{
    const string Customers = "wc/v3/customers";

    // At once, without waiting: behind a load balancer the next answer may come from another replica, and each takes the shop a moment.
    const int MostLooks = 3;

    // What restores its own value does it with our write, within the same request.
    static readonly TimeSpan SameSaving = TimeSpan.FromSeconds(5);

    public static async Task<ConsentWriteResult> WriteAsync(
        WooCommerceApi api, WooCommerceSettings settings, ConsentChange change, CancellationToken ct)
    {
        if (WooCommerceMapping.KeyOf(change.Channel, settings) is not { } key || change.Consent.State == ConsentState.NoStatement)
            return new(WriteOutcome.NotOffered);
        if (await FindAsync(api, change.SourceId, change.Email, ct) is not { } customer)
            return new(WriteOutcome.NotFound) { Field = key };
        var before = WooCommerceMapping.ConsentOf(customer.MetaData, change.Channel, settings);
        if (before.State == change.Consent.State && !change.IsInDoubt)
            return new(WriteOutcome.Unchanged) { Before = before, Kept = before, RecordModifiedAt = ModifiedAt(customer), Field = key };
        if (change.WrittenAs is { } written && ModifiedAt(customer) is { } modified)
        {
            if (modified < written)
                return new(WriteOutcome.NotSeenYet) { Before = before, WrittenAs = written, Field = key };
            if (modified - written > SameSaving)
                return new(WriteOutcome.Written) { RecordModifiedAt = written, WrittenAs = written, Field = key };
        }

        var body = new WooMetaChange(Entries(key, change.Consent, customer.MetaData, settings));
        using var answer = await api.ChangeAsync(
            HttpMethod.Put, FormattableString.Invariant($"{Customers}/{customer.Id}"),
            new WooQuery().With("_fields", "id,meta_data,date_modified_gmt"),
            JsonSerializer.SerializeToUtf8Bytes(body, WooCommerceJson.Default.WooMetaChange), ct);
        if (answer.Status == HttpStatusCode.NotFound)
            return new(WriteOutcome.NotFound) { Field = key };
        var echo = WooCommerceApi.ObjectOf(answer, WooCommerceJson.Default.WooCustomer) ?? new WooCustomer();
        var seen = await LookAsync(api, settings, change, customer, echo, ct);
        return seen with { Before = before, WrittenAs = ModifiedAt(echo), Field = key };
    }

    /// <summary>The account by its id, or by its address when the id is not known.</summary>
    public static async Task<WooCustomer?> FindAsync(WooCommerceApi api, string? sourceId, string email, CancellationToken ct)
    {
        var query = new WooQuery().With("role", "all").With("_fields", "id,email,meta_data,date_modified_gmt");
        var isById = long.TryParse(sourceId, NumberStyles.None, CultureInfo.InvariantCulture, out var id);
        query = isById ? query.With("include", id) : query.With("email", email);
        var list = await api.ListAsync(Customers, query, WooCommerceJson.Default.WooCustomer, ct);
        var found = list.Rows.Select(row => row.Value).FirstOrDefault(customer => isById ? customer.Id == id : IsOf(customer, email));
        // Somebody else's account is never written to. An address may find another one, too: databases pass over accents.
        return found is null && isById && list.Rows.Count > 0 ? throw WooCommerceApi.NotHeeded() : found;
    }

    static bool IsOf(WooCustomer customer, string email)
        => string.Equals(customer.Email?.Trim(), email.Trim(), StringComparison.OrdinalIgnoreCase);

    // An entry without an id replaces the one of that key; a null takes it away. The field of another plug-in has no date of ours.
    static List<WooMetaValue> Entries(string key, Consent consent, List<WooMeta> present, WooCommerceSettings settings)
    {
        var entries = new List<WooMetaValue> { new(key, WooCommerceMapping.ValueOf(consent.State, key, settings)) };
        if (key != WooCommerceMapping.OwnEmailKey)
            return entries;
        var at = consent.At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        if (at is not null || WooCommerceMapping.Meta(present, WooCommerceMapping.ConsentTimeKey) is not null)
            entries.Add(new(WooCommerceMapping.ConsentTimeKey, at));
        entries.Add(new(WooCommerceMapping.ConsentSourceKey, ModuleMapping.NameOf(consent.Source)));
        return entries;
    }

    static async Task<ConsentWriteResult> LookAsync(
        WooCommerceApi api, WooCommerceSettings settings, ConsentChange change, WooCustomer before, WooCustomer echo, CancellationToken ct)
    {
        var id = before.Id.ToString(CultureInfo.InvariantCulture);
        for (var look = 1; ; look++)
        {
            var record = await FindAsync(api, id, change.Email, ct)
                ?? throw new RetryLaterException("The account was not there when it was looked at after the write.");
            var kept = WooCommerceMapping.ConsentOf(record.MetaData, change.Channel, settings);
            // An old copy may bear the same value, and then its date is not the one of our write.
            var modified = IsOlder(record, echo) ? ModifiedAt(echo) : ModifiedAt(record);
            var result = new ConsentWriteResult(WriteOutcome.Written) { Kept = kept, RecordModifiedAt = modified };
            if (kept.State == change.Consent.State)
                return result;
            var isOlder = IsOlder(record, echo);
            var isAsBefore = ModifiedAt(record) == ModifiedAt(before)
                && kept == WooCommerceMapping.ConsentOf(before.MetaData, change.Channel, settings);
            if (!isOlder && (look == MostLooks || !isAsBefore))
                return result with { Outcome = WriteOutcome.NotKept };
            if (look == MostLooks)
                return result with { Outcome = WriteOutcome.NotSeenYet };
        }
    }

    // Without a date in the answer to the write nothing tells; a record that has none yet was not saved since.
    static bool IsOlder(WooCustomer record, WooCustomer echo)
        => ModifiedAt(echo) is { } written && (ModifiedAt(record) is not { } read || read < written);

    static DateTimeOffset? ModifiedAt(WooCustomer customer) => LenientValue.UtcTime(customer.DateModifiedGmt);
}
