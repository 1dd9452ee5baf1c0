using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Decides what becomes of products read from a shop.</summary>
static class ProductDecider
{
    /// <summary>The rows that differ from what is known.</summary>
    /// <param name="products">Products as read.</param>
    /// <param name="known">What the mirror has of them.</param>
    /// <param name="isLive">True for changes in the shop, false for a reading of everything.</param>
    public static List<ProductWrite> Decide(IEnumerable<ShopProduct> products, IReadOnlyDictionary<string, ProductFacts> known, bool isLive)
    {
        var writes = new List<ProductWrite>();
        foreach (var product in products.Select(ProductToSend.Of))
        {
            var facts = known.GetValueOrDefault(product.Id);
            var hash = ProductToSend.HashOf(product);
            if (ProductToSend.IsSent(product, isKnown: facts is not null) && (facts is null || facts.IsGone || facts.WantedHash != hash))
                writes.Add(new ProductWrite(product, hash) { IsLive = isLive });
        }

        return writes;
    }

    /// <summary>The rows of products that the shop no longer has.</summary>
    public static IEnumerable<ProductWrite> Gone(IEnumerable<ProductFacts> products, bool isLive) => products.Where(facts => !facts.IsGone).Select(facts =>
    {
        var gone = ProductToSend.Gone(facts.Product);
        return new ProductWrite(gone, ProductToSend.HashOf(gone)) { IsGone = true, IsLive = isLive };
    });
}
