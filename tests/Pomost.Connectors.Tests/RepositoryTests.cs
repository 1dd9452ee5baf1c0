using System.Runtime.CompilerServices;
using Pomost.Connectors.Tests.Compliance;
using Pomost.Contract;
using Pomost.Simulators;

namespace Pomost.Connectors.Tests;

/// <summary>What a platform must bring along; docs/add-a-platform.md explains each.</summary>
public sealed class RepositoryTests
{
    static readonly PlatformCatalogue Catalogue = new();

    static readonly string[] NotPlatforms = ["Shared", "Module", "bin", "obj"];

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    static IPlatformConnector Of(string key) => Catalogue.Find(key) ?? throw new ArgumentException("No such platform.", nameof(key));

    static string Sources => Path.Combine(Root(), "src", "Pomost.Connectors");

    public static TheoryData<string> Keys { get; } = [.. Catalogue.All.Select(connector => connector.Info.Key)];

    [Fact]
    public void Every_folder_of_a_platform_stands_in_the_catalogue_and_the_other_way_round()
    {
        var folders = Directory.GetDirectories(Sources).Select(folder => Path.GetFileName(folder)!).Except(NotPlatforms, StringComparer.Ordinal);
        var listed = Catalogue.All.Select(connector => connector.GetType().Namespace!.Split('.')[^1]).Distinct(StringComparer.Ordinal);

        Assert.Equal(folders.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Keys_are_unique_and_found()
    {
        Assert.All(Catalogue.All, connector => Assert.Same(connector, Catalogue.Find(connector.Info.Key)));
        Assert.Null(Catalogue.Find("no such platform"));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_platform_has_a_readme_a_page_and_the_usual_files(string key)
    {
        var connector = Of(key);
        var name = connector.GetType().Namespace!.Split('.')[^1];

        foreach (var file in new[] { "README.md", $"{name}Connector.cs", $"{name}Api.cs", $"{name}Wire.cs", $"{name}Mapping.cs", $"{name}Settings.cs" })
            Assert.True(File.Exists(Path.Combine(Sources, name, file)), $"{name}/{file} is missing.");
        Assert.True(File.Exists(Path.Combine(Root(), "docs", "platforms", connector.Info.Key + ".md")), $"docs/platforms/{connector.Info.Key}.md is missing.");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_platforms_shop_can_be_simulated_and_what_its_owner_types_connects_it(string key)
    {
        var connector = Of(key);
        var platform = SimulatorCatalogue.Find(key);
        Assert.True(platform is not null, $"SimulatorCatalogue has no line for {key}.");
        Assert.Equal(connector.Info.Name, platform.Name);
        await using var shop = await platform.StartAsync(new SimulatorOptions(), new Testing.FakeClock(), default);
        shop.Seed(new ShopSeedOptions { Customers = 3, Guests = 1, Orders = 2, Products = 2 });
        Assert.Equal(connector.Info.Name, shop.Platform);
        Assert.All(shop.Connection, typed =>
        {
            var field = Assert.Single(connector.Info.Settings, field => field.Key == typed.Key);
            if (field.Pattern is { } pattern)
                Assert.Matches($"^(?:{pattern})$", typed.Value);
        });
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var settings = connector.Info.Settings.Where(field => field.Default is not null)
            .ToDictionary(field => field.Key, field => field.Default!, StringComparer.Ordinal);
        foreach (var (name, value) in shop.Connection)
            settings[name] = value;

        var check = await connector.CheckAsync(
            new() { Settings = new SettingValues(settings), Http = http, Clock = shop.Clock, AddressSetting = connector.Info.AddressSetting }, null, default);

        Assert.True(check.IsReady, string.Join('\n', check.Lines));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_platform_brings_a_test_class_for_each_role_it_declares_and_declares_the_streams_it_reads(string key)
    {
        var connector = Of(key);
        var tests = typeof(RepositoryTests).Assembly.GetTypes()
            .Where(type => type.Namespace == $"Pomost.Connectors.Tests.{connector.GetType().Namespace!.Split('.')[^1]}").ToList();

        var missing = CompliancePlatform.SuitesOf(connector).Where(role => !tests.Exists(type => type.IsSubclassOf(role.Suite)))
            .Select(role => $"{connector.Info.Name} declares {role.Declares}: a test class must inherit {role.Suite.Name}.");
        Assert.Empty(missing);
        Assert.Equal(CompliancePlatform.StreamsOf(connector).Order(), connector.Info.Streams.Select(info => info.Stream).Order());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_form_speaks_both_languages_and_its_defaults_fit_its_patterns(string key)
    {
        var connector = Of(key);
        Assert.Matches("^[a-z0-9]+$", connector.Info.Key);
        Assert.Equal(connector.Info.Settings.Count, connector.Info.Settings.Select(field => field.Key).Distinct(StringComparer.Ordinal).Count());
        Assert.All(connector.Info.Settings, field =>
        {
            Assert.Matches("^[a-z][a-z0-9_]*$", field.Key);
            Assert.All(new[] { field.Label, field.Help ?? field.Label, field.PatternHelp ?? field.Label }, text =>
            {
                Assert.NotEmpty(text.Polish);
                Assert.NotEmpty(text.English);
            });
            if (field is { Pattern: { } pattern, Default: { } value })
                Assert.Matches($"^(?:{pattern})$", value);
            if (field.Pattern is not null)
                Assert.NotNull(field.PatternHelp);
        });
    }
}
