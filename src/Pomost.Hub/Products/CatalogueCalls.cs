namespace Pomost.Hub;

/// <summary>Calls of API v3 about product catalogues.</summary>
internal static class CatalogueCalls
{
    /// <summary>How many an account may have.</summary>
    public const int MaxCatalogues = 50;

    private const int MaxName = 64;
    private const int MaxLocation = 36;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapThirdVersionRead("product/catalogList", ListAsync);
        routes.MapThirdVersionCall("product/catalogUpsert", Access.Key, UpsertAsync);
        routes.MapThirdVersionCall("product/catalogDelete", Access.Key, DeleteAsync);
    }

    private static async Task<IResult> ListAsync(HubCall call) => HubCall.Reply(new CatalogueListAnswer(
        [
            .. (await call.Services.Products.ListCataloguesAsync(call.Account.Id, call.Cancellation))
                .Select(one => new CatalogueItem(one.Id, one.Name, one.Currency, one.Location, one.IsDefault)),
        ],
        new CatalogueLimits(MaxCatalogues)));

    private static async Task<IResult> UpsertAsync(HubCall call)
    {
        var write = CatalogueWrite.From(call.Body);
        var saved = await call.Services.Products.SaveCatalogueAsync(call.Account.Id, known => write.Apply(known, call.Now), call.Cancellation);
        return HubCall.Reply(new CatalogueIdAnswer(saved.Id));
    }

    private static async Task<IResult> DeleteAsync(HubCall call)
    {
        if (call.Body.Text("catalogId") is null) throw V3Refusal.Of(HubRefusal.RequiredFieldMissing, "catalogId|is required");
        if (!call.Body.TryId("catalogId", out var id) || !await call.Services.Products.RemoveCatalogueAsync(call.Account.Id, id, call.Cancellation))
            throw new HubRefusal("Unknown catalogId", reasonCode: HubRefusal.UnknownResource);
        return HubCall.Reply(new CatalogueIdAnswer(id));
    }

    /// <summary>What one call says about a catalogue; null means keep when the catalogue exists.</summary>
    private sealed record CatalogueWrite(bool NamesCatalogue, Guid? Id, string? Name, string? Currency, string? Location, bool? IsDefault)
    {
        public static CatalogueWrite From(Fields fields)
        {
            var reader = new V3Reader(fields, null);
            var write = new CatalogueWrite(
                fields.Text("catalogId") is not null, fields.TryId("catalogId", out var id) ? id : null, reader.Id("name", MaxName),
                CurrencyOf(reader), LocationOf(reader), reader.Flag("setAsDefault"));
            if (!write.NamesCatalogue)
            {
                foreach (var name in new[] { "name", "currency", "location" })
                    if (!reader.Has(name) || fields.Text(name) is null) reader.Missing(name);
            }
            return reader.Faults.Count == 0 ? write : throw new V3Refusal(reader.Faults);
        }

        public HubCatalogue Apply(IReadOnlyList<HubCatalogue> known, DateTimeOffset now)
        {
            var stored = Id is { } id ? known.FirstOrDefault(one => one.Id == id) : null;
            if (NamesCatalogue && stored is null) throw new HubRefusal("Unknown catalogId", reasonCode: HubRefusal.UnknownResource);
            if (stored is null && known.Count >= MaxCatalogues)
                throw new HubRefusal($"An account may have {MaxCatalogues} catalogs", reasonCode: HubRefusal.FreeText);
            if (known.Any(one => one.Id != stored?.Id && string.Equals(one.Name, Name, StringComparison.OrdinalIgnoreCase)))
                throw V3Refusal.Of(HubRefusal.NotUnique, "name|is taken by another catalog");
            return stored is null
                ? new HubCatalogue(Guid.CreateVersion7(now), Name!, Currency!, Location!, IsDefault ?? false, now, now)
                : stored with
                {
                    Name = Name ?? stored.Name,
                    Currency = Currency ?? stored.Currency,
                    Location = Location ?? stored.Location,
                    IsDefault = IsDefault ?? stored.IsDefault,
                    ModifiedAt = now,
                };
        }

        private static string? CurrencyOf(V3Reader reader)
        {
            if (reader.Id("currency", 255)?.ToUpperInvariant() is not { } currency) return null;
            if (currency.Length == 3 && currency.All(char.IsAsciiLetterUpper)) return currency;
            reader.Fault(HubRefusal.PatternNotMatched, "currency|must be a code of ISO 4217");
            return null;
        }

        private static string? LocationOf(V3Reader reader)
        {
            if (reader.Id("location", MaxLocation) is not { } location) return null;
            if (location.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-')) return location;
            reader.Fault(HubRefusal.PatternNotMatched, "location|may have letters, digits and / _ . -");
            return null;
        }
    }
}
