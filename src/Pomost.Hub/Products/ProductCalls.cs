using System.Text.Json;

namespace Pomost.Hub;

/// <summary>Calls of API v3 about the products of a catalogue. A call is stored as a whole or not at all.</summary>
internal static class ProductCalls
{
    private const int MaxProducts = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapThirdVersionCall("product/upsert", Access.Key, call => ChangeAsync(call, ProductWrite.From, mayBeNew: true));
        routes.MapThirdVersionCall("product/updateQuantity", Access.Key, call => ChangeAsync(call, ProductWrite.OfQuantity, mayBeNew: false));
        routes.MapThirdVersionCall("product/updatePrice", Access.Key, call => ChangeAsync(call, ProductWrite.OfPrice, mayBeNew: false));
    }

    private static async Task<IResult> ChangeAsync(HubCall call, Func<JsonElement, V3Reader, Fields, ProductWrite> read, bool mayBeNew)
    {
        if (call.Body.Text("catalogId") is null) throw V3Refusal.Of(HubRefusal.RequiredFieldMissing, "catalogId|is required");
        var elements = call.Body.Rows("products");
        if (elements.Count is 0 or > MaxProducts)
            throw V3Refusal.Of(HubRefusal.ExceedsLimits, $"products|min:1|max:{MaxProducts}|{elements.Count} products");
        var readers = new List<V3Reader>(elements.Count);
        var writes = new List<ProductWrite>(elements.Count);
        foreach (var element in elements)
        {
            var fields = Fields.From(element);
            readers.Add(new V3Reader(fields, $"products[{readers.Count}]"));
            if (element.ValueKind != JsonValueKind.Object) readers[^1].IsNoObject();
            else writes.Add(read(element, readers[^1], fields));
        }
        List<V3Problem> faults = [.. readers.SelectMany(reader => reader.Faults)];
        if (faults.Count > 0) throw new V3Refusal(faults);

        string[] ids = [.. writes.Select(write => write.ProductId!).Distinct(StringComparer.Ordinal)];
        var isThere = call.Body.TryId("catalogId", out var catalogue)
            && await call.Services.Products.ChangeProductsAsync(call.Account.Id, catalogue, ids, known => Apply(known, writes, mayBeNew, call.Now), call.Cancellation);
        if (!isThere) throw new HubRefusal("Unknown catalogId", reasonCode: HubRefusal.UnknownResource);
        List<V3Problem> warnings = [.. readers.SelectMany(reader => reader.Warnings)];
        return HubCall.Reply(new ProductsAnswer(Guid.CreateVersion7(call.Now).ToString("D"), ids, warnings.Count == 0 ? null : warnings));
    }

    private static List<HubProduct> Apply(IReadOnlyDictionary<string, HubProduct> known, List<ProductWrite> writes, bool mayBeNew, DateTimeOffset now)
    {
        var changed = new Dictionary<string, HubProduct>(StringComparer.Ordinal);
        foreach (var (index, write) in writes.Index())
        {
            var stored = changed.GetValueOrDefault(write.ProductId!) ?? known.GetValueOrDefault(write.ProductId!);
            if (stored is null && !mayBeNew)
                throw V3Refusal.Of(HubRefusal.UnknownResource, $"products[{index}].productId|no such product");
            if (stored is null && write.Name is null)
                throw V3Refusal.Of(HubRefusal.RequiredFieldMissing, $"products[{index}].name|is required");
            var card = write.Over(stored?.Card);
            // Told again, a product is not written again.
            if (stored is null || !ProductWrite.IsSame(stored.Card, card))
                changed[write.ProductId!] = new HubProduct(write.ProductId!, card, stored?.CreatedAt ?? now, now);
        }
        return [.. changed.Values];
    }
}
