using System.Net;
using Pomost.Contract;
using Pomost.Rules;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>Account at API v3.</summary>
/// <param name="Endpoint">Where the account lives (API v2); the host of API v3 follows from it.</param>
/// <param name="ApiV3Key">Key of API v3.</param>
public sealed record CatalogueConnection(Uri Endpoint, string ApiV3Key)
{
    /// <inheritdoc/>
    public override string ToString() => Endpoint.Host;
}

/// <summary>A product catalogue.</summary>
/// <param name="Id">The destination's id; null for one to be made.</param>
/// <param name="Name">Name.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Location">Location id; equal to that of the shop's events.</param>
/// <param name="IsDefault">True when recommendations use it by default.</param>
public sealed record ProductCatalogue(string? Id, string Name, string Currency, string Location, bool IsDefault);

/// <summary>The account's catalogues.</summary>
/// <param name="Catalogues">All of them.</param>
/// <param name="Limit">How many the account may have; null when not given.</param>
public sealed record ProductCatalogues(IReadOnlyList<ProductCatalogue> Catalogues, int? Limit);

/// <summary>What became of products.</summary>
/// <param name="Refused">Products refused, by position.</param>
/// <param name="Warnings">What was taken but trimmed.</param>
public sealed record ProductsResult(IReadOnlyList<RefusedRecord> Refused, IReadOnlyList<string> Warnings);

/// <summary>Product catalogues and keys of API v3. Same errors as <see cref="SalesmanagoClient"/>.</summary>
/// <remarks>Source: official library 3.8 and the vendor's documentation of API v3.</remarks>
/// <param name="http">The way out, guarded by the caller.</param>
/// <param name="clock">The present.</param>
public sealed class SalesmanagoCatalogue(HttpClient http, TimeProvider clock)
{
    /// <summary>Most products in one call.</summary>
    public const int ProductsPerCall = 100;

    const int MaxCategories = 5;
    const int MaxFurtherImages = 5;
    const int MaxUrl = 2048;
    const int MaxText = 255;

    /// <summary>Makes a key that never expires (<c>auth/create</c>).</summary>
    /// <param name="endpoint">Where the account lives (API v2).</param>
    /// <param name="email">The person's address at SALESmanago.</param>
    /// <param name="password">Used for this call and kept nowhere.</param>
    /// <param name="name">Name of the key in the vendor's panel.</param>
    /// <param name="webhook">Where problems found later are posted; null = nowhere.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The key.</returns>
    public async Task<string> CreateKeyAsync(Uri endpoint, string email, string password, string name, Uri? webhook, CancellationToken ct)
    {
        var body = new V3KeyBody
        {
            Email = email,
            Password = password,
            KeyName = name,
            Expiry = "NEVER",
            Endpoint = endpoint.Authority,
            WebhookUrl = webhook?.AbsoluteUri,
        };
        var reply = await CallAsync<V3KeyBody, V3KeyReply>(HttpMethod.Post, endpoint, key: null, "/v3/auth/create", body, ct);
        ThrowIfSkipped(reply, name);
        return reply.ApiKey ?? throw SalesmanagoClient.Incomplete("apiKey");
    }

    /// <summary>Makes a key worthless (<c>auth/revoke</c>).</summary>
    public async Task RevokeKeyAsync(CatalogueConnection account, CancellationToken ct)
    {
        var body = new V3RevokeBody { ApiKey = account.ApiV3Key };
        ThrowIfSkipped(
            await CallAsync<V3RevokeBody, V3KeyReply>(HttpMethod.Post, account.Endpoint, account.ApiV3Key, "/v3/auth/revoke", body, ct), "");
    }

    /// <summary>Lists the account's catalogues (<c>product/catalogList</c>).</summary>
    public async Task<ProductCatalogues> ListCataloguesAsync(CatalogueConnection account, CancellationToken ct)
    {
        var reply = await CallAsync<V3RevokeBody, V3CataloguesReply>(
            HttpMethod.Get, account.Endpoint, account.ApiV3Key, "/v3/product/catalogList", body: null, ct);
        ThrowIfSkipped(reply, "");
        return new ProductCatalogues(
            [
                .. (reply.Catalogs ?? throw SalesmanagoClient.Incomplete("catalogs")).Select(one => new ProductCatalogue(
                    one.CatalogId, one.Name ?? "", one.Currency ?? "", one.Location ?? "", one.SetAsDefault)),
            ],
            (int?)reply.Limits?.Max);
    }

    /// <summary>Makes or changes a catalogue (<c>product/catalogUpsert</c>).</summary>
    /// <returns>The destination's id of the catalogue.</returns>
    /// <exception cref="SkipRecordException">A field is wrong; names it.</exception>
    public async Task<string> UpsertCatalogueAsync(CatalogueConnection account, ProductCatalogue catalogue, CancellationToken ct)
    {
        var body = new V3CatalogueBody
        {
            CatalogId = catalogue.Id,
            Name = catalogue.Name,
            Currency = catalogue.Currency,
            Location = catalogue.Location,
            SetAsDefault = catalogue.IsDefault,
        };
        var reply = await CallAsync<V3CatalogueBody, V3CatalogueReply>(
            HttpMethod.Post, account.Endpoint, account.ApiV3Key, "/v3/product/catalogUpsert", body, ct);
        ThrowIfSkipped(reply, catalogue.Id ?? catalogue.Location);
        return reply.CatalogId ?? throw SalesmanagoClient.Incomplete("catalogId");
    }

    /// <summary>Creates or updates products (<c>product/upsert</c>), in packs of <see cref="ProductsPerCall"/>. Sending again is harmless.</summary>
    /// <remarks>Texts are cut to the vendor's limits, an address that is too long is left out; the first 5 categories are sent, and 5 pictures
    /// besides the main one. A sale price and a description that are no more are cleared, as the official library does it; the vendor documents no
    /// way to clear the picture or the stock, so those stay until there are new ones.</remarks>
    /// <param name="account">Where.</param>
    /// <param name="catalogueId">The destination's id of the catalogue.</param>
    /// <param name="products">Any number.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ProductsResult> UpsertProductsAsync(
        CatalogueConnection account, string catalogueId, IReadOnlyList<CatalogueProduct> products, CancellationToken ct)
    {
        var refused = new List<RefusedRecord>();
        var warnings = new List<string>();
        var sent = 0;
        foreach (var pack in products.Chunk(ProductsPerCall))
        {
            var refusedOfPack = await Batches.SendAsync(pack, SendPartAsync, _ => []);
            refused.AddRange(refusedOfPack.Select(one => one with { Index = one.Index + sent }));
            sent += pack.Length;
        }

        return new ProductsResult(refused, warnings);

        async Task<(Reply Reply, IReadOnlyList<RefusedRecord> Refused)> SendPartAsync(IReadOnlyList<CatalogueProduct> part)
        {
            var body = new V3ProductsBody { CatalogId = catalogueId, Products = [.. part.Select(Product)] };
            var reply = await CallAsync<V3ProductsBody, V3ProductsReply>(
                HttpMethod.Post, account.Endpoint, account.ApiV3Key, "/v3/product/upsert", body, ct);
            var problems = V3Errors.Of(reply);
            warnings.AddRange(problems.Where(problem => problem.IsWarning).Select(problem => problem.Message));
            string[] faults = [.. problems.Where(problem => !problem.IsWarning).Select(problem => problem.Message)];
            return (new Reply { Success = faults.Length == 0, Message = faults }, []);
        }
    }

    static V3Product Product(CatalogueProduct product)
    {
        var page = Address(product.Page);
        // One address too long to be sent does not cost the others their place.
        string[] images = [.. product.Images.Select(Address).OfType<string>()];
        return new V3Product
        {
            ProductId = product.Id,
            Name = Cut(product.Name, MaxText)!,
            MainCategory = Cut(product.MainCategory, MaxText) ?? "Uncategorized",
            Categories = [.. product.Categories.Select(category => Cut(category, MaxText)!).Take(MaxCategories)],
            Description = Cut(product.Description, 16_384) ?? "",
            ProductUrl = page,
            MainImageUrl = images is [var main, ..] ? main : null,
            ImageUrls = images.Length < 2 ? null : images[1..Math.Min(images.Length, MaxFurtherImages + 1)],
            Available = product.IsAvailable,
            Active = product.IsActive,
            Quantity = product.Quantity,
            Price = Rounded(product.Price),
            DiscountPrice = Rounded(product.SalePrice),
            SystemDetails = product is { Brand: null, Manufacturer: null }
                ? null
                : new V3SystemDetails { Brand = Cut(product.Brand, MaxText), Manufacturer = Cut(product.Manufacturer, 100) },
            SetAsNull = product.SalePrice is null ? ["discountPrice"] : null,
        };
    }

    static decimal? Rounded(decimal? price) => price is { } amount ? Math.Round(amount, 2, MidpointRounding.AwayFromZero) : null;

    static string? Address(Uri? address) => address?.AbsoluteUri is { Length: <= MaxUrl } text ? text : null;

    static string? Cut(string? text, int maxLength) => text is null || text.Length <= maxLength
        ? text
        : text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)];

    async Task<TReply> CallAsync<TBody, TReply>(
        HttpMethod method, Uri endpoint, string? key, string path, TBody? body, CancellationToken ct)
        where TBody : class
        where TReply : V3Reply, new()
    {
        using var request = Transport.Request(method, Transport.Address(SalesmanagoAddress.V3Of(endpoint), path), body!);
        if (key is not null)
            request.Headers.Add("API-KEY", key);
        var (status, reply) = await Transport.SendAsync<TReply>(http, clock, request, ct);
        if (status == HttpStatusCode.RequestEntityTooLarge)
            return new TReply { ReasonCode = V3Errors.ExceedsLimits, Message = ["The call was too large."] };
        V3Errors.ThrowIfForOperator(status, reply ?? new TReply());
        return reply ?? throw SalesmanagoClient.Incomplete("everything");
    }

    static void ThrowIfSkipped(V3Reply reply, string recordId)
    {
        if (V3Errors.Of(reply).FirstOrDefault(problem => !problem.IsWarning) is { } problem)
            throw new SkipRecordException(recordId, problem.Field, problem.Message);
    }
}
