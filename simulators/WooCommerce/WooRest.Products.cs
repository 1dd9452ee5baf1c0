namespace Pomost.Simulators.WooCommerce;

sealed partial class WooRest
{
    WooAnswer Products(WooRequest request)
    {
        var arguments = Arguments(request).Paging();
        var status = arguments.OneOf("status", "any", "any", "future", "trash", "draft", "pending", "private", "publish");
        var type = arguments.OneOf("type", "", "simple", "grouped", "external", "variable");
        var sort = arguments.OneOf("orderby", "date", "date", "id", "include", "title", "slug", "modified", "popularity", "rating", "price", "menu_order");
        var descending = arguments.OneOf("order", "desc", "asc", "desc") == "desc";
        var include = arguments.Ints("include");
        var exclude = arguments.Ints("exclude");
        var category = arguments.IntOrNull("category");
        var sku = arguments.Texts("sku");
        var search = arguments.Text("search");
        long after = arguments.Date("after") ?? long.MinValue, before = arguments.Date("before") ?? long.MaxValue;
        long modifiedAfter = arguments.Date("modified_after") ?? long.MinValue, modifiedBefore = arguments.Date("modified_before") ?? long.MaxValue;
        arguments.Check();
        request.Demand("view", list: true);

        var found = shop.Products.Where(product =>
            (status == "any" ? product.Status is not "trash" : product.Status == status)
            && (type.Length == 0 || type == (product.IsVariable ? "variable" : "simple"))
            && (include is null || include.Contains(product.Id))
            && (exclude is null || !exclude.Contains(product.Id))
            && (category is not { } wanted || product.CategoryIds.Contains(wanted))
            && (sku is null || sku.Contains(product.Sku, StringComparer.Ordinal))
            && (search is null || product.Name.Contains(search, StringComparison.OrdinalIgnoreCase))
            && product.CreatedAt > after && product.CreatedAt < before
            && product.ModifiedAt > modifiedAfter && product.ModifiedAt < modifiedBefore).ToList();
        found = sort switch
        {
            "id" => found,
            "include" => [.. found.OrderBy(product => include is null ? product.Id : Array.IndexOf(include, product.Id))],
            "title" => [.. found.OrderBy(product => product.Name, StringComparer.OrdinalIgnoreCase)],
            "slug" => [.. found.OrderBy(product => product.Slug, StringComparer.Ordinal)],
            "modified" => [.. found.OrderBy(product => product.ModifiedAt).ThenBy(product => product.Id)],
            "popularity" => [.. found.OrderBy(product => product.TotalSales)],
            "price" => [.. found.OrderBy(product => product.Price)],
            _ => [.. found.OrderBy(product => product.CreatedAt).ThenBy(product => product.Id)],
        };
        if (descending && sort != "include")
            found.Reverse();
        var categories = json.CategoriesById();
        return List(request, arguments, [.. found.Skip(arguments.Offset).Take(arguments.PerPage)], found.Count,
            (writer, product) => json.Product(writer, product, categories, request.Fields, alone: false));
    }

    WooAnswer Product(WooRequest request, int id)
    {
        request.Demand("view");
        var product = KnownProduct(id);
        return One(writer => json.Product(writer, product, json.CategoriesById(), request.Fields, alone: true));
    }

    WooAnswer Variations(WooRequest request, int id)
    {
        var arguments = Arguments(request).Paging();
        arguments.Check();
        request.Demand("view", list: true);
        var product = KnownProduct(id);
        return List(request, arguments, [.. product.Variations.Skip(arguments.Offset).Take(arguments.PerPage)], product.Variations.Length,
            (writer, variation) => json.Variation(writer, product, variation, request.Fields));
    }

    WooAnswer Variation(WooRequest request, int id, int variationId)
    {
        request.Demand("view");
        var product = KnownProduct(id);
        var variation = Array.Find(product.Variations, each => each.Id == variationId)
            ?? throw new WooError(404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.");
        return One(writer => json.Variation(writer, product, variation, request.Fields));
    }

    WooAnswer Categories(WooRequest request)
    {
        var arguments = Arguments(request).Paging();
        var sort = arguments.OneOf("orderby", "name", "id", "include", "name", "slug", "term_group", "description", "count");
        var descending = arguments.OneOf("order", "asc", "asc", "desc") == "desc";
        var include = arguments.Ints("include");
        var exclude = arguments.Ints("exclude");
        var parent = arguments.IntOrNull("parent");
        var product = arguments.IntOrNull("product");
        var search = arguments.Text("search");
        arguments.Check();
        request.Demand("view", list: true);

        var products = shop.Products;
        var ofProduct = product is { } wanted ? products.FirstOrDefault(each => each.Id == wanted)?.CategoryIds ?? [] : null;
        IEnumerable<WooCategory> found = shop.Categories.Where(category =>
            (include is null || include.Contains(category.Id))
            && (exclude is null || !exclude.Contains(category.Id))
            && (parent is not { } under || category.Parent == under)
            && (ofProduct is null || ofProduct.Contains(category.Id))
            && (search is null || category.Name.Contains(search, StringComparison.OrdinalIgnoreCase)));
        found = sort is "id" or "include" ? found.OrderBy(category => category.Id) : found.OrderBy(category => category.Name, StringComparer.Ordinal);
        if (descending)
            found = found.Reverse();
        var all = found.ToArray();
        return List(request, arguments, [.. all.Skip(arguments.Offset).Take(arguments.PerPage)], all.Length,
            (writer, category) => json.Category(writer, category, CountIn(category.Id, products), request.Fields, alone: false));
    }

    WooAnswer Category(WooRequest request, int id)
    {
        request.Demand("view");
        var category = shop.Categories.FirstOrDefault(each => each.Id == id)
            ?? throw new WooError(404, "woocommerce_rest_term_invalid", "Resource does not exist.");
        return One(writer => json.Category(writer, category, CountIn(id, shop.Products), request.Fields, alone: true));
    }

    static int CountIn(int categoryId, IReadOnlyList<WooProduct> products) => products.Count(product => product.CategoryIds.Contains(categoryId));

    WooProduct KnownProduct(int id) => shop.Product(id) ?? throw new WooError(404, "woocommerce_rest_product_invalid_id", "Invalid ID.");
}
