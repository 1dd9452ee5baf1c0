namespace Pomost.Hub;

/// <summary>Calls of API v3 about collections of products, which hold another selection for each contact.</summary>
internal static class CollectionCalls
{
    /// <summary>How many an account may have.</summary>
    public const int MaxCollections = 50;

    private const int MaxName = 64;
    private const int MaxRows = 1000;
    private const int MaxProducts = 100;
    private const int MaxProductId = 255;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapThirdVersionRead("product/collection/list", ListAsync);
        routes.MapThirdVersionCall("product/collection/add", Access.Key, AddAsync);
        routes.MapThirdVersionCall("product/collection/delete", Access.Key, DeleteAsync);
        routes.MapThirdVersionCall("product/collection/products/add", Access.Key, call => ChangeProductsAsync(call, add: true));
        routes.MapThirdVersionCall("product/collection/products/delete", Access.Key, call => ChangeProductsAsync(call, add: false));
        routes.MapThirdVersionCall("product/collection/contact/products", Access.Key, ReadProductsAsync);
    }

    private static async Task<IResult> ListAsync(HubCall call) => HubCall.Reply(new CollectionListAnswer(
        [.. (await Store(call).ListAsync(call.Account.Id, call.Cancellation)).Select(one => new CollectionItem(one.Id, one.Name, one.CatalogueId))],
        new CatalogueLimits(MaxCollections)));

    private static async Task<IResult> AddAsync(HubCall call)
    {
        var reader = new V3Reader(call.Body, null);
        var name = reader.Id("name", MaxName);
        if (call.Body.Text("name") is null) reader.Missing("name");
        if (reader.Faults.Count > 0) throw new V3Refusal(reader.Faults);
        var catalogue = await CatalogueAsync(call);
        var added = await Store(call).AddAsync(
            call.Account.Id,
            known =>
            {
                if (known.Count >= MaxCollections) throw new HubRefusal($"An account may have {MaxCollections} collections", reasonCode: HubRefusal.FreeText);
                if (known.Any(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase)))
                    throw V3Refusal.Of(HubRefusal.NotUnique, "name|is taken by another collection");
                return new HubCollection(Guid.CreateVersion7(call.Now), catalogue, name!, call.Now);
            },
            call.Cancellation);
        return HubCall.Reply(new CollectionIdAnswer(added.Id));
    }

    private static async Task<Guid?> CatalogueAsync(HubCall call)
    {
        if (call.Body.Text("catalogId") is null) return null;
        if (call.Body.TryId("catalogId", out var id)
            && (await call.Services.Products.ListCataloguesAsync(call.Account.Id, call.Cancellation)).Any(one => one.Id == id)) return id;
        throw new HubRefusal("Unknown catalogId", reasonCode: HubRefusal.UnknownResource);
    }

    private static async Task<IResult> DeleteAsync(HubCall call)
    {
        if (!await Store(call).RemoveAsync(call.Account.Id, CollectionOf(call), call.Cancellation)) throw Unknown();
        return HubCall.Reply(new CollectionDoneAnswer());
    }

    private static async Task<IResult> ChangeProductsAsync(HubCall call, bool add)
    {
        var collection = CollectionOf(call);
        var rows = call.Body.Elements("data").ConvertAll(Fields.From);
        if (rows.Count is 0 or > MaxRows) throw V3Refusal.Of(HubRefusal.ExceedsLimits, $"data|min:1|max:{MaxRows}|{rows.Count} rows");
        var problems = new List<V3Problem>();
        var products = new HashSet<CollectedProduct>();
        foreach (var (index, row) in rows.Index())
        {
            var ids = row.Texts("productIds");
            if (!row.TryId("contactId", out var contact)) problems.Add(new(HubRefusal.RequiredFieldMissing, $"data[{index}].contactId|is required"));
            else if (ids.Count is 0 or > MaxProducts || ids.Exists(id => id.Length > MaxProductId))
                problems.Add(new(HubRefusal.ExceedsLimits, $"data[{index}].productIds|min:1|max:{MaxProducts}|is out of its limits"));
            else products.UnionWith(ids.Select(id => new CollectedProduct(contact, id)));
        }
        if (problems.Count > 0) throw new V3Refusal(problems);
        if (!await Store(call).ChangeProductsAsync(call.Account.Id, collection, products, add, call.Now, call.Cancellation)) throw Unknown();
        return HubCall.Reply(new CollectionDoneAnswer());
    }

    private static async Task<IResult> ReadProductsAsync(HubCall call)
    {
        var collection = CollectionOf(call);
        if (!call.Body.TryId("contactId", out var contact)) throw V3Refusal.Of(HubRefusal.RequiredFieldMissing, "contactId|is required");
        return HubCall.Reply(new CollectionProductsAnswer(
            await Store(call).ReadProductsAsync(call.Account.Id, collection, contact, call.Cancellation) ?? throw Unknown()));
    }

    private static IHubCollectionStore Store(HubCall call) => call.Http.RequestServices.GetRequiredService<IHubCollectionStore>();

    private static Guid CollectionOf(HubCall call) => call.Body.Text("collectionUUID") is null
        ? throw V3Refusal.Of(HubRefusal.RequiredFieldMissing, "collectionUUID|is required")
        : call.Body.TryId("collectionUUID", out var id) ? id : throw Unknown();

    private static HubRefusal Unknown() => new("Unknown collectionUUID", reasonCode: HubRefusal.UnknownResource);
}
