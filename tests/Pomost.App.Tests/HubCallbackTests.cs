using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Storage;
using Pomost.Storage.Hub;
using Pomost.Testing;

namespace Pomost.App.Tests;

/// <summary>
/// Goal: whoever unsubscribes at the built-in hub is unsubscribed in the shop by its callback, though nobody entered an address anywhere.
/// Method: the demo as a program; the link of its mails, made with its keys and followed over HTTP.
/// </summary>
public sealed class HubCallbackTests
{
    [Fact]
    public async Task An_unsubscribe_by_the_hubs_link_is_called_back_and_written_into_the_shop()
    {
        using var folder = new TemporaryFolder();
        await using var program = Fixture.Pomost.Start(
            "demo", "--json", "--data", folder.Path, "--urls", "http://127.0.0.1:0", "--customers", "30", "--guests", "0", "--orders", "0", "--living", "3600");
        var panel = new Uri(program.NextJson()["panel"]!.GetValue<string>());
        await using var database = await Database.OpenAsync(DatabaseOptions.Sqlite(folder.File("pomost.db")), TimeProvider.System);
        await using var services = Services(database, folder);
        var hub = Assert.Single(await services.GetRequiredService<HubAccounts>().ListAsync());
        var account = Assert.Single(await services.GetRequiredService<IAccounts>().ListAsync(default));
        var person = (await services.GetRequiredService<HubAccounts>().ListContactsAsync(hub.AccountId, size: 50)).First(one => one.Card.EmailConsent == HubConsent.Granted).Card;

        using var http = new HttpClient();
        var link = new Uri(panel, services.GetRequiredService<HubOperator>().UnsubscribePath(hub.AccountId, person.Id));
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync(link, null)).StatusCode);

        var views = services.GetRequiredService<IViews>();
        var found = await UntilAsync(
            async () => (await views.ContactAsync(account.Id, (await views.FindByEmailAsync(account.Id, EmailAddress.KeyOf(person.Email), default))[0].Id, default))!,
            contact => contact.EmailConsent.State == ConsentState.Withdrawn && contact.Traces.Any(trace => trace.Code == ReasonCode.WrittenToShop));
        Assert.Equal(ConsentSource.Callback, found.EmailConsent.Source);
    }

    static ServiceProvider Services(Database database, TemporaryFolder folder)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDataProtection().SetApplicationName("Pomost").PersistKeysToFileSystem(Directory.CreateDirectory(folder.File("keys")));
        services.AddSingleton(TimeProvider.System);
        services.AddPomostStorage(database);
        services.AddHubStorage();
        services.AddPomostHub();
        return services.BuildServiceProvider();
    }

    static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> isReached)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var now = await look();
            if (isReached(now) || TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
                return now;
            await Task.Delay(100);
        }
    }
}
