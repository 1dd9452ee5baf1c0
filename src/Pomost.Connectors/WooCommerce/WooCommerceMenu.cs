using System.Net;
using Pomost.Connectors.Shared;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Connectors.WooCommerce;

/// <summary>
/// The shop's menu during one read: lines of orders name a product, the product its categories, the tree their parents.
/// The tree is read once, products as orders mention them; memory is bounded.
/// </summary>
sealed class WooCommerceMenu(WooCommerceApi api)
{
    const int MostProducts = 20_000;
    const int DeepestMenu = 32;

    // WordPress makes this category and puts there what has no other; its names are those of WooCommerce's translations.
    static readonly HashSet<string> NoMenu = new(StringComparer.OrdinalIgnoreCase)
    {
        "uncategorized", "uncategorised", "bez-kategorii", "Bez kategorii", "Unkategorisiert", "Non classé", "non-classe", "Sin categorizar", "sin-categorizar",
        "Senza categoria", "senza-categoria", "Geen categorie", "geen-categorie", "Nezařazené", "nezarazene", "Nezaradené", "nezaradene", "Sem categoria", "sem-categoria",
        "Без категорії", "Без категории", "Kategorizálatlan", "Fără categorie", "Ukategoriseret", "Okategoriserad", "Be kategorijos",
    };

    readonly Dictionary<long, IReadOnlyList<MenuPath>> _byProduct = [];
    readonly Dictionary<long, MenuPath?> _byCategory = [];
    Dictionary<long, WooCategory>? _tree;
    bool _isForbidden;

    /// <summary>Learns the places of products not met before. A key that may not read products costs the menu, not the orders.</summary>
    public async Task PrepareAsync(IEnumerable<long> products, CancellationToken ct)
    {
        var wanted = products.Where(id => id > 0 && !_byProduct.ContainsKey(id)).Distinct().ToList();
        if (wanted.Count == 0 || _isForbidden)
            return;
        try
        {
            if (_byProduct.Count + wanted.Count > MostProducts)
                _byProduct.Clear();
            foreach (var ids in wanted.Chunk(WooCommerceApi.PageSize))
                await LearnAsync(ids, ct);
        }
        catch (NeedsOperatorException refused) when (refused.Problem is ConnectionProblem.PermissionMissing or ConnectionProblem.CredentialsRefused)
        {
            _isForbidden = true;
        }
    }

    /// <summary>Places of a product; empty for one that no longer exists.</summary>
    public IReadOnlyList<MenuPath> PathsTo(long product) => _byProduct.GetValueOrDefault(product, []);

    /// <summary>Places of a product read by the caller.</summary>
    public async Task<IReadOnlyList<MenuPath>> PathsOfAsync(WooProduct product, CancellationToken ct)
    {
        await ReadTreeAsync(ct);
        return PathsOf(product);
    }

    async Task LearnAsync(long[] ids, CancellationToken ct)
    {
        await ReadTreeAsync(ct);
        var query = new WooQuery().With("include", string.Join(',', ids)).With("status", "any")
            .With("per_page", WooCommerceApi.PageSize).With("_fields", "id,categories");
        var products = await api.ListAsync("wc/v3/products", query, WooCommerceJson.Default.WooProduct, ct);
        foreach (var id in ids)
            _byProduct[id] = [];
        foreach (var row in products.Rows)
            _byProduct[row.Value.Id] = PathsOf(row.Value);
    }

    async Task ReadTreeAsync(CancellationToken ct)
    {
        if (_tree is not null)
            return;
        var tree = new Dictionary<long, WooCategory>();
        for (var page = 1; ; page++)
        {
            var query = new WooQuery().With("orderby", "id").With("order", "asc").With("per_page", WooCommerceApi.PageSize)
                .With("page", page).With("_fields", "id,name,slug,parent");
            var list = await api.ListAsync("wc/v3/products/categories", query, WooCommerceJson.Default.WooCategory, ct);
            var before = tree.Count;
            foreach (var row in list.Rows)
                tree[row.Value.Id] = row.Value;
            if (tree.Count == before || (list.Total is { } total ? tree.Count >= total : list.Rows.Count < WooCommerceApi.PageSize))
                break;
        }
        _tree = tree;
    }

    List<MenuPath> PathsOf(WooProduct product)
        => [.. product.Categories.Select(category => PathTo(category.Id)).OfType<MenuPath>()];

    MenuPath? PathTo(long category)
    {
        if (_byCategory.TryGetValue(category, out var known))
            return known;
        var levels = new List<string>();
        // The depth ends a tree that an import tied into a ring.
        for (var id = category; levels.Count < DeepestMenu && _tree!.TryGetValue(id, out var place); id = place.Parent)
        {
            if (LenientValue.Text(WebUtility.HtmlDecode(place.Name)) is { } name && !IsDefault(place, name))
                levels.Insert(0, name);
        }
        return _byCategory[category] = levels.Count == 0 ? null : new MenuPath(levels);
    }

    static bool IsDefault(WooCategory category, string name)
        => category.Parent == 0 && (NoMenu.Contains(name) || LenientValue.Text(category.Slug) is { } slug && NoMenu.Contains(slug));
}
