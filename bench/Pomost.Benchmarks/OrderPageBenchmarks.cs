using System.Text;
using BenchmarkDotNet.Attributes;
using Pomost.Connectors.WooCommerce;
using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Benchmarks;

/// <summary>A page of 100 WooCommerce orders of three lines each: from the bytes of the answer to domain records.</summary>
[MemoryDiagnoser]
public class OrderPageBenchmarks
{
    const int Orders = 100;

    static readonly MenuPath[] Paths = [new(["Odzież", "Sukienki", "Letnie"])];

    static readonly WooCommerceSettings Settings = WooCommerceSettings.Of(new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["url"] = "https://sklep.example",
        ["consumer_key"] = "ck_0123456789012345678901234567890123456789",
        ["consumer_secret"] = "cs_0123456789012345678901234567890123456789",
    }));

    readonly byte[] _page = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(1, Orders).Select(Order))}]");

    [Benchmark(OperationsPerInvoke = Orders)]
    public int Parse() => WooCommerceApi.RowsOf(_page, WooCommerceJson.Default.WooOrder).Count;

    [Benchmark(OperationsPerInvoke = Orders)]
    public int ParseAndMap()
    {
        var mapped = 0;
        foreach (var row in WooCommerceApi.RowsOf(_page, WooCommerceJson.Default.WooOrder))
            mapped += WooCommerceMapping.Order(row.Value, Settings, _ => Paths).Order is null ? 0 : 1;
        return mapped == Orders ? mapped : throw new InvalidOperationException("An order was not understood.");
    }

    static string Order(int id) => $$"""
        {"id":{{id}},"number":"{{id}}","status":"completed","currency":"PLN","date_created_gmt":"2026-02-01T08:30:00","date_modified_gmt":"2026-02-02T09:00:00",
         "date_paid_gmt":"2026-02-01T08:31:00","total":"249.97","customer_id":{{id}},"payment_method":"przelewy24","payment_method_title":"Przelewy24",
         "billing":{"first_name":"Zofia","last_name":"Wiśniewska","company":"","address_1":"ul. Długa 5","address_2":"m. 2","city":"Gdańsk","postcode":"80-001",
           "country":"PL","state":"","email":"zofia{{id}}@example.com","phone":"+48 601 000 000"},
         "meta_data":[{"key":"_wc_order_attribution_utm_source","value":"allegro"},{"key":"_other_plugin","value":{"a":[1,2]} }],
         "line_items":[{{string.Join(',', Enumerable.Range(1, 3).Select(line => Line(id + line)))}}],
         "shipping_lines":[{"method_title":"Kurier","method_id":"flat_rate"}],"refunds":[]}
        """;

    static string Line(int product) => $$"""
        {"name":"Sukienka lniana","product_id":{{product}},"variation_id":0,"quantity":1,"total":"67.74","total_tax":"15.58","sku":"SUK-{{product}}"}
        """;
}
