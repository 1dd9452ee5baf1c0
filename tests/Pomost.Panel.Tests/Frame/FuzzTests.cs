using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: no form of the panel ends in a server error, whatever is typed or forged into it. Method: every address that takes a form, with the names
/// of fields that the pages show and with others, and values that nobody would type.</summary>
public sealed partial class FuzzTests
{
    [Fact]
    public async Task Forms_filled_by_chance_are_answered_without_a_server_error()
    {
        await using var host = await PanelHost.StartAsync();
        var owner = host.Browser();
        await PanelHost.RegisterAsync(owner, "marta@sklep.example");
        var store = await StoreAsync(host);
        var addresses = Addresses(host, store, HttpMethod.Post).Where(address => address is not ("/logout" or "/profile/delete" or "/team/second-factor")).ToList();
        var names = await NamesAsync(host, owner, store);
        Assert.True(addresses.Count > 30 && names.Count > 50, $"{addresses.Count} addresses, {names.Count} names of fields");
        var fuzz = new Fuzz([[0]], 700);
        var token = await TokenAsync(owner);
        var failures = new List<string>();
        for (var drawn = 0; drawn < fuzz.Count; drawn++)
        {
            var fields = Enumerable.Range(0, fuzz.Next(12)).Select(_ => KeyValuePair.Create(fuzz.Of(names), Sendable(fuzz.Word())))
                .Append(KeyValuePair.Create("__RequestVerificationToken", token)).ToList();
            var address = fuzz.Of(addresses);
            using HttpContent content = fuzz.Next(5) == 0 ? Parts(fields) : new FormUrlEncodedContent(fields);
            using var answer = await owner.PostAsync(address, content);
            if ((int)answer.StatusCode >= 500)
                failures.Add(fuzz.Told(address, Encoding.UTF8.GetBytes(string.Join('&', fields.Select(field => $"{field.Key}={field.Value}"))), $"HTTP {(int)answer.StatusCode}"));
            if (answer.StatusCode == HttpStatusCode.Redirect && new Uri(host.Address, answer.Headers.Location!).AbsolutePath == "/login")
                await LogInAgainAsync(owner);
            if (drawn % 50 == 49)
                token = await TokenAsync(owner);
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {fuzz.Count}:\n{string.Join('\n', failures.Take(10))}");
    }

    [Fact]
    public async Task Pages_asked_for_with_queries_drawn_by_chance_are_answered_without_a_server_error()
    {
        await using var host = await PanelHost.StartAsync();
        var owner = host.Browser();
        await PanelHost.RegisterAsync(owner, "marta@sklep.example");
        var store = await StoreAsync(host);
        var addresses = Addresses(host, store, HttpMethod.Get).Where(address => address != "/stream").ToList();
        var names = (await NamesAsync(host, owner, store)).Concat(["page", "q", "after", "from", "to", "state", "kind", "store", "tab", "back", "sort", "saved"]).ToList();
        var fuzz = new Fuzz([[0]], 500);
        var failures = new List<string>();
        for (var drawn = 0; drawn < fuzz.Count; drawn++)
        {
            var query = string.Join('&', Enumerable.Range(0, 1 + fuzz.Next(5)).Select(_ => $"{fuzz.Of(names)}={Uri.EscapeDataString(Sendable(fuzz.Word()))}"));
            var address = $"{fuzz.Of(addresses)}?{(query.Length > 6_000 ? query[..6_000].TrimEnd('%') : query)}";
            using var answer = await owner.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            if ((int)answer.StatusCode >= 500)
                failures.Add(fuzz.Told(address, [], $"HTTP {(int)answer.StatusCode}"));
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {fuzz.Count}:\n{string.Join('\n', failures.Take(10))}");
    }

    // Some addresses end the log-in; others lead to its page without ending it.
    static async Task LogInAgainAsync(HttpClient owner)
    {
        using var page = await owner.GetAsync("/login");
        if (page.IsSuccessStatusCode)
            await PanelHost.SendAsync(owner, "/login", "/login", ("email", "marta@sklep.example"), ("password", "zielony rower jedzie"));
    }

    // A lone surrogate cannot be sent in a form at all.
    static string Sendable(string word) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(word));

    static MultipartFormDataContent Parts(List<KeyValuePair<string, string>> fields)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), $"\"{name}\"");
        content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(fields[0].Value)), "\"file\"", "\"plik.csv\"");
        return content;
    }

    static async Task<Store> StoreAsync(PanelHost host)
    {
        var tenant = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default));
        var setup = host.Services.GetRequiredService<StoreSetup>();
        var destination = await setup.AddDestinationAsync(
            tenant.Id, isHub: false, new Uri("http://127.0.0.1:1"), "client", "marta@sklep.example", new Dictionary<string, string>(StringComparer.Ordinal), default);
        return await setup.AddAsync(
            tenant.Id, destination.Id, "woocommerce", "Lniana Łąka",
            new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://lniana.example" }), new StoreOptions(), default);
    }

    static List<string> Addresses(PanelHost host, Store store, HttpMethod method) =>
    [
        .. host.Endpoints
            .Where(endpoint => (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Contains(method.Method, StringComparer.Ordinal))
            .Select(endpoint => Parameter().Replace("/" + endpoint.RoutePattern.RawText!.TrimStart('/'), parameter
                => parameter.Value.Contains("slug", StringComparison.Ordinal) || parameter.Value.Contains("store", StringComparison.Ordinal) ? store.Slug : "1"))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    static async Task<List<string>> NamesAsync(PanelHost host, HttpClient owner, Store store)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var address in Addresses(host, store, HttpMethod.Get).Where(address => address != "/stream"))
        {
            using var answer = await owner.GetAsync(address);
            if (!answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType != "text/html")
                continue;
            foreach (Match name in FieldName().Matches(await answer.Content.ReadAsStringAsync()))
                names.Add(WebUtility.HtmlDecode(name.Groups["name"].Value));
        }

        names.Remove("__RequestVerificationToken");
        return [.. names];
    }

    static async Task<string> TokenAsync(HttpClient owner) => PanelHost.Token().Match(await owner.GetStringAsync("/profile")).Groups["token"].Value;

    [GeneratedRegex("\\{[^}]+\\}", RegexOptions.None, 1000)]
    private static partial Regex Parameter();

    [GeneratedRegex("<(?:input|select|textarea|button)[^>]* name=\"(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FieldName();
}
