using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Panel.Tests.Export;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: pages call the place where data go by its name, and say plainly what the built-in hub does not do.</summary>
public sealed class DestinationNameTests
{
    [Fact]
    public async Task With_the_hub_the_pages_speak_of_the_hub_and_of_what_it_does_not_do()
    {
        await using var shop = await PanelShop.StartAsync();

        foreach (var address in new[] { "/", shop.Address })
        {
            var page = await shop.ReadAsync(address);
            Assert.Contains("Nic nie trafia do SALESmanago, a centrum nie wysyła newsletterów", page, StringComparison.Ordinal);
            Assert.Contains($"href=\"/stores/{shop.Store.Slug}/login\">Połącz konto SALESmanago", page, StringComparison.Ordinal);
        }

        Assert.Contains("Eksportuj kontakty do wbudowanego centrum", await shop.ReadAsync(shop.Address), StringComparison.Ordinal);
        Assert.Contains("Do wbudowanego centrum", new Html(await shop.ReadAsync("/")).Texts("dt"));
        Assert.Contains("Do wbudowanego centrum", await shop.ReadAsync("/deliveries"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_account_the_pages_speak_of_SALESmanago_and_a_store_beside_it_of_its_own_destination()
    {
        await using var shop = await PanelShop.StartAsync();
        var setup = shop.Get<StoreSetup>();
        var account = await setup.AddDestinationAsync(
            shop.Store.AccountId, isHub: false, new Uri("https://app2.salesmanago.example"), "drugi", "marta@sklep.example", new Dictionary<string, string>(StringComparer.Ordinal), default);
        var second = await setup.AddAsync(
            shop.Store.AccountId, account.Id, "woocommerce", "Drugi",
            new Contract.SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://drugi.example" }), new StoreOptions(), default);

        var page = await shop.ReadAsync($"/stores/{second.Slug}/export");
        Assert.Contains("Eksportuj kontakty do SALESmanago", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Dane idą do wbudowanego centrum", page, StringComparison.Ordinal);
        Assert.Contains("Eksportuj kontakty do wbudowanego centrum", await shop.ReadAsync(shop.Address), StringComparison.Ordinal);
        Assert.Contains("Lniana Łąka: Dane idą do wbudowanego centrum", await shop.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_asks_once_where_data_go_whatever_it_shows()
    {
        var asked = 0;
        await using var shop = await PanelShop.StartAsync(replace: services =>
        {
            var stores = services.Single(service => service.ServiceType == typeof(IStores));
            services.Remove(stores);
            services.AddSingleton(provider => CountedStores.Of(
                (IStores)(stores.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, stores.ImplementationType!)), () => asked++));
        });
        foreach (var address in new[] { "/", shop.Address, $"/stores/{shop.Store.Slug}/settings", "/contacts" })
        {
            asked = 0;
            await shop.ReadAsync(address);
            Assert.True(asked == 1, $"{address}: {asked}");
        }
    }

    [Fact]
    public void Each_language_has_every_form()
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            foreach (var isHub in new[] { true, false })
            {
                var words = DestinationWords.For(language == Language.Pl, isHub);
                Assert.All(new[] { words.Name, words.Of, words.To, words.In, words.From }, form => Assert.Equal(!isHub, form.Contains("SALESmanago", StringComparison.Ordinal)));
            }
        }
    }

    /// <summary>The hub's name brings its article, the other forms their preposition.</summary>
    [Fact]
    public void No_text_doubles_the_word_that_the_name_brings()
    {
        (string Form, string[] Before)[] doubled = [("{$name}", ["the", "a"]), ("{$of}", ["the"]), ("{$in}", ["in", "at", "w", "we"]), ("{$to}", ["to", "do"]), ("{$from}", ["from", "z"])];
        var wrong = Repository.PanelFiles("*.json").Select(file => (Name: Path.GetFileName(file), Text: File.ReadAllText(file)))
            .SelectMany(file => doubled.SelectMany(one => one.Before.Select(before => $" {before} {one.Form}"))
                .Where(words => file.Text.Contains(words, StringComparison.OrdinalIgnoreCase)).Select(words => file.Name + ":" + words));
        Assert.Empty(wrong);
    }

    /// <summary>Texts of pages that both destinations have; where SALESmanago itself is meant stands beside them.</summary>
    [Fact]
    public void Where_the_destination_is_meant_no_text_names_it_by_itself()
    {
        string[] meant = ["inSalesmanago"];
        string[] sets = ["Waits", "Reasons", "Contacts", "Dashboard", "Deliveries", "Export", "Import"];
        var wrong = Repository.PanelFiles("*.json").Where(file => sets.Contains(Path.GetFileName(file).Split('.')[0], StringComparer.Ordinal))
            .SelectMany(file => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(file))!
                .Where(text => text.Value.GetRawText().Contains("SALESmanago", StringComparison.Ordinal) && !meant.Contains(text.Key, StringComparer.Ordinal))
                .Select(text => $"{Path.GetFileName(file)}: {text.Key}"));
        Assert.Empty(wrong);
    }
}
