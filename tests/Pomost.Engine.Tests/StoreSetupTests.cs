using Pomost.Contract;
using Pomost.Engine.Tests.Fixture;

namespace Pomost.Engine.Tests;

/// <summary>Goal: a form as people type it becomes values a connector can use, or each field that cannot is named.</summary>
public sealed class StoreSetupTests
{
    static readonly PlatformInfo Platform = new()
    {
        Key = "probe",
        Name = "Probe",
        Streams = [],
        Limit = new(null, 1, 1),
        Settings =
        [
            Field("url", SettingKind.Url) with { Required = true },
            Field("key", SettingKind.Text) with { Required = true, Pattern = "^ck_[0-9]+$", PatternHelp = new("Zaczyna się od ck_.", "Starts with ck_.") },
            Field("mode", SettingKind.Choice) with { Default = "a", Choices = [new("a", new("A", "A")), new("b", new("B", "B"))] },
            Field("extra", SettingKind.Text) with { Required = true, OnlyIf = new SettingCondition("mode", "b") },
            Field("flag", SettingKind.Toggle) with { Default = "false" },
            Field("count", SettingKind.Number),
        ],
    };

    [Theory]
    [InlineData("sklep.example", "https://sklep.example")]
    [InlineData("  https://sklep.example/  ", "https://sklep.example")]
    [InlineData("https://sklep.example/pl/?a=1#b", "https://sklep.example/pl")]
    [InlineData("http://sklep.example:8080", "http://sklep.example:8080")]
    [InlineData("HTTPS://Sklep.Example", "https://sklep.example")]
    [InlineData("http://localhost:81", "http://localhost:81")]
    [InlineData("http://192.0.2.1/sklep", "http://192.0.2.1/sklep")]
    [InlineData("http://[2001:db8::1]/", "http://[2001:db8::1]")]
    public async Task A_typed_address_is_made_whole(string typed, string expected)
    {
        var (values, problems) = await ReadAsync(("url", typed), ("key", "ck_1"));
        Assert.Empty(problems);
        Assert.Equal(expected, values["url"]);
    }

    [Theory]
    [InlineData("sklep")]
    [InlineData("ftp://sklep.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://ktos:haslo@sklep.example")]
    [InlineData("https://")]
    [InlineData("to nie jest adres")]
    public async Task What_is_no_address_is_named(string typed)
    {
        var (values, problems) = await ReadAsync(("url", typed), ("key", "ck_1"));
        Assert.Equal("url", Assert.Single(problems).Key);
        Assert.Null(values["url"]);
    }

    [Fact]
    public async Task Every_field_that_cannot_be_used_is_named_at_once()
    {
        var (_, problems) = await ReadAsync(("url", " "), ("key", "sekret"), ("mode", "c"), ("flag", "maybe"), ("count", "-1"));
        Assert.Equal(["url", "key", "mode", "flag", "count"], problems.Select(problem => problem.Key));
        Assert.Equal("Starts with ck_.", problems[1].Message.English);
    }

    [Fact]
    public async Task Empty_fields_take_their_defaults_and_a_conditional_field_is_asked_for_only_when_it_applies()
    {
        var (values, problems) = await ReadAsync(("url", "sklep.example"), ("key", " ck_1 "), ("mode", ""));
        Assert.Empty(problems);
        Assert.Equal(("ck_1", "a", "false", null), (values["key"], values["mode"], values["flag"], values["extra"]));

        (_, problems) = await ReadAsync(("url", "sklep.example"), ("key", "ck_1"), ("mode", "b"));
        Assert.Equal("extra", Assert.Single(problems).Key);
    }

    [Theory]
    [InlineData("Sklep pod Lipą", "sklep-pod-lipa")]
    [InlineData("ŁÓDŹ – żółć", "lodz-zolc")]
    [InlineData("www.sklep.example", "www-sklep-example")]
    [InlineData("  --A--  ", "a")]
    [InlineData("🦊", "sklep")]
    [InlineData("", "sklep")]
    public void A_slug_is_made_of_plain_letters_digits_and_hyphens(string name, string slug) => Assert.Equal(slug, StoreSetup.SlugOf(name));

    [Fact]
    public void A_slug_is_never_longer_than_48_characters_and_never_ends_with_a_hyphen()
        => Assert.Equal(new string('a', 47), StoreSetup.SlugOf(new string('a', 47) + " " + new string('b', 20)));

    [Fact]
    public async Task A_second_store_of_the_same_name_gets_a_slug_of_its_own()
    {
        await using var engine = await RunningEngine.StartAsync();
        var (values, _) = engine.Setup.Read(engine.Get<IPlatformCatalogue>().Find("woocommerce")!.Info, engine.Form);
        var second = await engine.Setup.AddAsync(
            engine.Account.Id, engine.Store.DestinationId, "woocommerce", engine.Store.Name, values, new StoreOptions(), default);
        Assert.Equal(("sklep-pod-lipa", "sklep-pod-lipa-2"), (engine.Store.Slug, second.Slug));
        Assert.NotEqual(engine.Store.WebhookToken, second.WebhookToken);
    }

    [Fact]
    public async Task Secrets_stand_encrypted_and_changing_settings_keeps_the_webhook_secret()
    {
        await using var engine = await RunningEngine.StartAsync();
        var store = await engine.StoreNowAsync();
        Assert.DoesNotContain(engine.Simulator.ConsumerSecret, store.ProtectedSecrets, StringComparison.Ordinal);
        Assert.DoesNotContain("consumer_secret", store.Settings.Keys);
        var before = engine.Get<Connections>().WebhookSecretOf(store);

        var form = engine.Form;
        form["consumer_secret"] = engine.Simulator.ReadOnlyKey.ConsumerSecret;
        var (values, _) = engine.Setup.Read(engine.Get<IPlatformCatalogue>().Find("woocommerce")!.Info, form);
        await engine.Setup.ChangeSettingsAsync(store, values, default);

        var after = await engine.StoreNowAsync();
        Assert.Equal(before, engine.Get<Connections>().WebhookSecretOf(after));
        Assert.Equal(engine.Simulator.ReadOnlyKey.ConsumerSecret, engine.Get<Connections>().ShopOf(after).Settings["consumer_secret"]);
    }

    static SettingField Field(string key, SettingKind kind) => new() { Key = key, Kind = kind, Label = new(key, key) };

    static async Task<(SettingValues Values, IReadOnlyList<FieldProblem> Problems)> ReadAsync(params (string Key, string Text)[] typed)
    {
        await using var engine = await RunningEngine.StartAsync();
        return engine.Setup.Read(Platform, typed.ToDictionary(pair => pair.Key, pair => (string?)pair.Text, StringComparer.Ordinal));
    }
}
