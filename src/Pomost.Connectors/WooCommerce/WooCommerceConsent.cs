using System.Net;
using System.Text.Json;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>Writes a statement into the field of the account that the operator named.</summary>
static class WooCommerceConsent
{
    const string Customers = "wc/v3/customers";

    public static async Task<ConsentWriteResult> WriteAsync(WooCommerceApi api, WooCommerceSettings settings, ConsentChange change, CancellationToken ct)
    {
        var key = change.Channel == ConsentChannel.Email ? settings.EmailConsentKey : settings.SmsConsentKey;
        if (key is null || change.Consent.State == ConsentState.NoStatement)
            return new(WriteOutcome.NotOffered);
        if (await FindAsync(api, change.SourceId, change.Email, ct) is not { } customer)
            return new(WriteOutcome.NotFound);
        if (WooCommerceMapping.StateOf(WooCommerceMapping.Meta(customer.MetaData, key), settings) == change.Consent.State)
            return new(WriteOutcome.Unchanged);
        // An entry without an id replaces the one of that key.
        var body = new WooMetaChange([new(key, WooCommerceMapping.ValueOf(change.Consent.State, settings))]);
        using var answer = await api.ChangeAsync(
            HttpMethod.Put, FormattableString.Invariant($"{Customers}/{customer.Id}"), new WooQuery().With("_fields", "id"),
            JsonSerializer.SerializeToUtf8Bytes(body, WooCommerceJson.Default.WooMetaChange), ct);
        return new(answer.Status == HttpStatusCode.NotFound ? WriteOutcome.NotFound : WriteOutcome.Written);
    }

    /// <summary>The account by its id, or by its address when the id is not known.</summary>
    public static async Task<WooCustomer?> FindAsync(WooCommerceApi api, string? sourceId, string email, CancellationToken ct)
    {
        var query = new WooQuery().With("role", "all").With("_fields", "id,email,meta_data");
        query = long.TryParse(sourceId, out _) ? query.With("include", sourceId!) : query.With("email", email);
        var list = await api.ListAsync(Customers, query, WooCommerceJson.Default.WooCustomer, ct);
        return list.Rows.Count == 0 ? null : list.Rows[0].Value;
    }
}
