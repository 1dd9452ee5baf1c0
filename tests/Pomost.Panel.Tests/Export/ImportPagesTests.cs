using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Import;
using Pomost.Panel.Tests.Frame;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Export;

/// <summary>Goal: a file of earlier subscribers is looked at before anything is sent, and each thing wrong with it is told beside its field.</summary>
public sealed class ImportPagesTests
{
    const string Good = "Adres e-mail;Imię;Status\nala@poczta.example;Ala;tak\nola@poczta.example;Ola;nie\nto nie adres;;tak\n";

    [Fact]
    public async Task A_file_is_read_by_guessed_columns_counted_and_checked_before_it_is_sent()
    {
        await using var shop = await PanelShop.StartAsync();
        var uploaded = await UploadAsync(shop, Encoding.UTF8.GetBytes(Good));
        var address = uploaded.Headers.Location!.ToString();
        Assert.StartsWith($"{shop.Address}/import/", address, StringComparison.Ordinal);

        var page = await shop.ReadAsync(address);
        Assert.Contains("ala@poczta.example", page, StringComparison.Ordinal);
        Assert.Contains("to nie adres", page, StringComparison.Ordinal);
        Assert.Contains("Jak traktujemy zgody", page, StringComparison.Ordinal);

        var checkedRun = await shop.SendAsync(address, ("email", "0"), ("first_name", "1"), ("consent", "2"), ("tags", "dawni"));

        Assert.Equal($"{shop.Address}/runs/1", checkedRun.Headers.Location!.ToString());
        var run = Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
        Assert.Equal((ExportKind.Subscribers, true, "DAWNI"), (run.Kind, run.Options.DryRun, Assert.Single(run.Options.Tags)));
        Assert.Equal((0, 1, 2), (run.Options.Subscribers!.Columns.Email, run.Options.Subscribers.Columns.FirstName, run.Options.Subscribers.Columns.Consent));
        Assert.Equal(["import.uploaded", "export.previewed"], await shop.AuditAsync());
    }

    [Fact]
    public async Task A_file_can_be_read_by_other_columns_without_keeping_anything()
    {
        await using var shop = await PanelShop.StartAsync();
        var address = (await UploadAsync(shop, Encoding.UTF8.GetBytes(Good))).Headers.Location!.ToString();

        var answer = await shop.SendAsync(address + "/preview", ("email", "0"), ("last_name", "1"), ("everybody", nameof(ConsentState.Withdrawn)), ("tags", "dawni"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("dawni", new Html(page).Texts("textarea"));
        Assert.Equal("2", new Html(page).Beside("wypisani"));
        Assert.Empty(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
    }

    [Theory]
    [InlineData("", "0", "", "email", "Wskaż kolumnę z adresem e-mail.")]
    [InlineData("9", "2", "", "email", "Plik nie ma takiej kolumny.")]
    [InlineData("0", "-1", "", "consent", "Plik nie ma takiej kolumny.")]
    [InlineData("0", "", "", "everybody", "Wybierz, co plik mówi o zgodzie. Za Ciebie tego nie zgadniemy.")]
    [InlineData("0", "", "Maybe", "everybody", "Wybierz, co plik mówi o zgodzie. Za Ciebie tego nie zgadniemy.")]
    [InlineData("0", "2", "<", "tags", "Tag „<” ma niedozwolony znak „<”. Zamień go na _")]
    public async Task Each_wrong_field_has_its_message(string email, string consent, string other, string field, string message)
    {
        await using var shop = await PanelShop.StartAsync();
        var address = (await UploadAsync(shop, Encoding.UTF8.GetBytes(Good))).Headers.Location!.ToString();

        var answer = await shop.SendAsync(address, ("email", email), ("consent", consent), (field == "tags" ? "tags" : "everybody", other));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains($"href=\"#f-{field}\">{message}", page, StringComparison.Ordinal);
        Assert.Contains($"id=\"f-{field}\"", page, StringComparison.Ordinal);
        Assert.Empty(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
    }

    [Theory]
    [InlineData("", "Plik jest pusty albo ma sam nagłówek.")]
    [InlineData("email;imie\n", "Plik jest pusty albo ma sam nagłówek.")]
    [InlineData("PK\u0003\u0004\0\0\0\0", "To nie jest plik tekstowy. Zapisz arkusz jako CSV i spróbuj ponownie.")]
    [InlineData("email;imie\na@poczta.example;\"Ala", "Cudzysłów w wierszu 2 nie jest zamknięty")]
    [InlineData("email;firma;zgoda\na@poczta.example;\"A;1\nb@poczta.example;B;1\nc@poczta.example;C\";1\n", "Cudzysłów w wierszu 2 nie jest zamknięty")]
    public async Task A_file_that_cannot_be_read_says_why_and_leaves_nothing(string content, string message)
    {
        await using var shop = await PanelShop.StartAsync();

        var answer = await UploadAsync(shop, Encoding.UTF8.GetBytes(content));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(message, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(shop, "subscriber_file"));
        Assert.Equal(0, await CountAsync(shop, "subscriber_line"));
        Assert.Empty(await shop.AuditAsync());
    }

    [Theory]
    [InlineData("Zgoda marketingowa", "NIE")]
    [InlineData("Global Status", "Unsubscribed")]
    [InlineData("notatki", "bounced")]
    public async Task A_column_that_speaks_of_consent_is_used_or_asked_about_whatever_is_said_of_everybody(string column, string value)
    {
        await using var shop = await PanelShop.StartAsync();
        var text = $"email;imie;{column}\nala@poczta.example;Ala;{value}\n";
        var address = (await UploadAsync(shop, Encoding.UTF8.GetBytes(text))).Headers.Location!.ToString();

        var answer = await shop.SendAsync(address, ("email", "0"), ("everybody", nameof(ConsentState.Granted)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains($"href=\"#f-ignored\">Powiedz, co o zgodzie mówią kolumny: {column}.", page, StringComparison.Ordinal);
        Assert.Contains("id=\"f-ignored\"", page, StringComparison.Ordinal);
        Assert.Empty(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
        await shop.SendAsync(address, ("email", "0"), ("everybody", nameof(ConsentState.Granted)), ("ignored", "2"));
        var run = Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
        Assert.Equal(ConsentState.Granted, run.Options.Subscribers!.Columns.EverybodyIs);
    }

    [Fact]
    public async Task A_file_of_people_who_unsubscribed_is_read_as_that_and_asks_nothing()
    {
        await using var shop = await PanelShop.StartAsync();
        const string text = "Email Address,First Name,UNSUB_TIME,UNSUB_REASON\nala@poczta.example,Ala,2024-03-01 10:00:00,NORMAL\n";
        var address = (await UploadAsync(shop, Encoding.UTF8.GetBytes(text))).Headers.Location!.ToString();

        Assert.Equal("1", new Html(await shop.ReadAsync(address)).Beside("wypisani"));

        await shop.SendAsync(address, ("email", "0"), ("first_name", "1"));
        var run = Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
        Assert.Equal(
            [new SubscriberRefusal(2, ConsentState.Withdrawn, true), new SubscriberRefusal(3, ConsentState.Withdrawn, false)],
            run.Options.Subscribers!.Columns.Refusals);
    }

    [Fact]
    public async Task Dates_that_can_be_read_in_two_ways_are_asked_about_and_contradictions_and_lost_telephones_are_counted()
    {
        await using var shop = await PanelShop.StartAsync();
        const string text = "email;zgoda;data;telefon\nala@poczta.example;tak;3/4/2024;4,86E+10\nALA@poczta.example;nie;;\n";
        var address = (await UploadAsync(shop, Encoding.UTF8.GetBytes(text))).Headers.Location!.ToString();
        (string, string)[] columns = [("email", "0"), ("consent", "1"), ("date", "2"), ("phone", "3")];

        var answer = await shop.SendAsync(address, columns);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("href=\"#f-dates\">Daty w kolumnie data można odczytać na dwa sposoby.", page, StringComparison.Ordinal);
        var shown = await shop.SendAsync(address + "/preview", [.. columns, ("dates", nameof(DateOrder.DayFirst))]);
        page = WebUtility.HtmlDecode(await shown.Content.ReadAsStringAsync());
        Assert.Equal("1", new Html(page).Beside("Osoby, które mają i „tak”, i „nie”"));
        Assert.Equal("1", new Html(page).Beside("Pominięte telefony"));
        await shop.SendAsync(address, [.. columns, ("dates", nameof(DateOrder.DayFirst))]);
        var source = Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default)).Options.Subscribers!;
        Assert.Equal((DateOrder.DayFirst, 1L, 1L), (source.Columns.Dates, source.Contradicting, source.PhonesLost));
    }

    [Fact]
    public async Task A_record_without_end_and_a_line_of_too_many_columns_are_named_by_their_line()
    {
        await using var shop = await PanelShop.StartAsync();
        var endless = await UploadAsync(shop, Encoding.UTF8.GetBytes("email\na@poczta.example\n\"" + new string('x', 70_000)));
        Assert.Contains("Wiersz 3 nie ma końca.", WebUtility.HtmlDecode(await endless.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        var wide = await UploadAsync(shop, Encoding.UTF8.GetBytes("email,imie\n" + new string(',', 300)));
        Assert.Contains("Wiersz 2 ma ponad 200 kolumn.", WebUtility.HtmlDecode(await wide.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_and_too_large_a_file_are_refused_beside_the_field()
    {
        await using var shop = await PanelShop.StartAsync();
        Assert.Contains("Wybierz plik.", WebUtility.HtmlDecode(await (await UploadAsync(shop, null)).Content.ReadAsStringAsync()), StringComparison.Ordinal);
        var large = new byte[ImportEndpoints.MaxBytes + 1024 * 1024];
        Array.Fill(large, (byte)'a');

        var answer = await UploadAsync(shop, large);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Plik ma 21,0 MB, limit to 20 MB.", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_forgotten_when_asked_and_what_is_gone_is_said()
    {
        await using var shop = await PanelShop.StartAsync();
        var address = (await UploadAsync(shop, Encoding.UTF8.GetBytes(Good))).Headers.Location!.ToString();

        Assert.Equal($"{shop.Address}/import?forgotten=1", (await shop.SendAsync(address + "/forget")).Headers.Location!.ToString());
        Assert.Equal(0, await CountAsync(shop, "subscriber_line"));
        var gone = await shop.Browser.GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Contains("Tego pliku już nie ma", WebUtility.HtmlDecode(await gone.Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_of_a_shop_that_gives_one_is_checked_first_and_others_say_that_they_give_none()
    {
        await using (var without = await PanelShop.StartAsync())
        {
            Assert.Contains("WooCommerce nie podaje listy subskrybentów", await without.ReadAsync(without.Address + "/import"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await without.SendAsync(without.Address + "/import/shop")).StatusCode);
        }

        await using var shop = await PanelShop.StartAsync(replace: services => services.AddSingleton<IPlatformCatalogue>(new ListingCatalogue()));
        var refused = await shop.SendAsync(shop.Address + "/import/shop", ("tags", "\"x\""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);

        await shop.SendAsync(shop.Address + "/import/shop", ("tags", "lista"));

        var run = Assert.Single(await shop.Runs.ListAsync(shop.Store.Key, 10, default));
        Assert.Equal((ExportKind.Subscribers, true, null, "LISTA"), (run.Kind, run.Options.DryRun, run.Options.Subscribers, Assert.Single(run.Options.Tags)));
    }

    [Fact]
    public async Task Who_vanished_is_sent_or_left_by_one_click_each()
    {
        await using var shop = await PanelShop.StartAsync();
        await VanishAsync(shop, "ala@poczta.example", "ela@poczta.example", "ola@poczta.example");
        Assert.Contains("3 subskrybentów zniknęło z listy sklepu", await shop.ReadAsync(shop.Address), StringComparison.Ordinal);
        var page = await shop.ReadAsync(shop.Address + "/vanished");
        Assert.Contains("ela@poczta.example", page, StringComparison.Ordinal);

        Assert.Equal($"{shop.Address}/vanished?kept=1", (await shop.SendAsync(shop.Address + "/vanished/keep", ("person", "ala@poczta.example"))).Headers.Location!.ToString());
        Assert.Equal($"{shop.Address}/vanished?sent=1", (await shop.SendAsync(shop.Address + "/vanished/send", ("person", "ela@poczta.example"))).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await shop.SendAsync(shop.Address + "/vanished/send")).StatusCode);
        Assert.Equal($"{shop.Address}/vanished?sent=0", (await shop.SendAsync(shop.Address + "/vanished/send", ("person", "nikt@poczta.example"))).Headers.Location!.ToString());
        Assert.Equal($"{shop.Address}/vanished?sent=1", (await shop.SendAsync(shop.Address + "/vanished/send", ("all", "1"))).Headers.Location!.ToString());

        var removals = shop.Get<IConsentRemovals>();
        Assert.Equal(0, await removals.CountAsync(shop.Store.Key, RemovalState.Listed, default));
        Assert.Equal(["ala@poczta.example"], (await removals.ListAsync(shop.Store.Key, RemovalState.Kept, null, 10, default)).Select(one => one.EmailKey));
        Assert.Equal(2, await removals.CountAsync(shop.Store.Key, RemovalState.Sending, default));
        Assert.Equal(["vanished.kept", "vanished.sent", "vanished.sent"], await shop.AuditAsync());
        Assert.DoesNotContain(
            "@poczta", string.Concat((await shop.Get<IAuditLog>().ListAsync(shop.Store.AccountId, new AuditFilter(), null, 10, default)).Select(kept => kept.Entry.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_look_sees_the_vanished_masked_and_decides_nothing()
    {
        await using var shop = await PanelShop.StartAsync(AccountRole.Viewer);
        await VanishAsync(shop, "ala@poczta.example");

        var page = await shop.ReadAsync(shop.Address + "/vanished");

        Assert.Contains("a***@poczta.example", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ala@poczta.example", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"person\"", page, StringComparison.Ordinal);
        await shop.SendAsync(shop.Address + "/vanished/send", ("all", "1"));
        Assert.Equal(1, await shop.Get<IConsentRemovals>().CountAsync(shop.Store.Key, RemovalState.Listed, default));
    }

    static async Task<HttpResponseMessage> UploadAsync(PanelShop shop, byte[]? content)
    {
        var token = PanelHost.Token().Match(await shop.Browser.GetStringAsync(shop.Address + "/import")).Groups["token"].Value;
        using var form = new MultipartFormDataContent { { new StringContent(token), "__RequestVerificationToken" } };
        if (content is not null)
            form.Add(new ByteArrayContent(content), "file", "../lista.csv");
        return await shop.Browser.PostAsync(shop.Address + "/import", form);
    }

    static Task<long?> CountAsync(PanelShop shop, string table)
        => shop.Host.Database.ReadAsync(session => session.Command(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM {table}")).NumberAsync());

    static Task VanishAsync(PanelShop shop, params string[] people) => shop.Host.Database.WriteAsync(async session =>
    {
        foreach (var person in people)
        {
            await session.Command("INSERT INTO consent_removal (account_id, store_id, email_key, found_at, state) VALUES (@account_id, @store_id, @email_key, 0, 'Listed')")
                .With("account_id", shop.Store.AccountId).With("store_id", shop.Store.Id).With("email_key", person).ExecuteAsync();
        }
    });

    /// <summary>WooCommerce, as if it listed subscribers.</summary>
    sealed class ListingCatalogue : IPlatformCatalogue
    {
        readonly Listing shop = new(new Connectors.PlatformCatalogue().Find("woocommerce")!);

        public IReadOnlyList<IPlatformConnector> All => [shop];

        public IPlatformConnector? Find(string platformKey) => platformKey == shop.Info.Key ? shop : null;
    }

    sealed class Listing(IPlatformConnector shop) : IPlatformConnector, IReadsOrders, IReadsSubscribers
    {
        public PlatformInfo Info => shop.Info;

        public Task<ConnectionCheck> CheckAsync(ShopConnection connection, IProgress<CheckLine>? progress, CancellationToken ct) => shop.CheckAsync(connection, progress, ct);

        public IAsyncEnumerable<Page<ShopContact>> ReadContactsAsync(ShopConnection connection, ReadRequest request, CancellationToken ct) => shop.ReadContactsAsync(connection, request, ct);

        public IAsyncEnumerable<Page<ShopOrder>> ReadOrdersAsync(ShopConnection connection, ReadRequest request, CancellationToken ct) => ((IReadsOrders)shop).ReadOrdersAsync(connection, request, ct);

        public IAsyncEnumerable<Page<ShopContact>> ReadSubscribersAsync(ShopConnection connection, ReadRequest request, CancellationToken ct) => shop.ReadContactsAsync(connection, request, ct);

        public Task<SyncCursor> CursorAtEndAsync(ShopConnection connection, ShopStream stream, CancellationToken ct) => shop.CursorAtEndAsync(connection, stream, ct);

        public Task<ShopCounts> CountAsync(ShopConnection connection, CancellationToken ct) => shop.CountAsync(connection, ct);
    }
}
