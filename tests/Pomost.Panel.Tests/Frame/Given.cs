using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Frame;

/// <summary>What a page is to show.</summary>
static class Given
{
    /// <summary>A store of the account, never asked anything.</summary>
    public static async Task<Store> StoreAsync(PanelHost host, long accountId, string name)
    {
        var setup = host.Services.GetRequiredService<StoreSetup>();
        var destination = await setup.AddDestinationAsync(
            accountId, isHub: true, new Uri("http://127.0.0.1:1"), "client", "marta@sklep.example", new Dictionary<string, string>(StringComparer.Ordinal), default);
        return await setup.AddAsync(
            accountId, destination.Id, "woocommerce", name,
            new SettingValues(new Dictionary<string, string>(StringComparer.Ordinal) { ["url"] = "https://lniana.example" }), new StoreOptions(), default);
    }

    /// <summary>A contact of a store, who once consented; its number.</summary>
    public static async Task<long> ContactAsync(PanelHost host, Store store, string email)
    {
        var runs = host.Services.GetRequiredService<IStoreRuns>();
        var lease = (await runs.BeginAsync(store.Key, default))!;
        await runs.CommitAsync(lease, new PageCommit
        {
            Contacts =
            [
                new ContactWrite
                {
                    EmailKey = email, Contact = new ShopContact { SourceId = "7", Email = email, HasAccount = true },
                    EmailConsent = Consent.None, SmsConsent = Consent.None, Outcome = RecordOutcome.Withheld, Code = ReasonCode.NoRelation,
                },
            ],
            Consents = [new ConsentWrite(email, ConsentChannel.Email, ConsentState.NoStatement, new Consent(ConsentState.Granted))],
        }, default);
        return Assert.Single(await host.Services.GetRequiredService<IViews>().FindByEmailAsync(store.AccountId, email, default)).Id;
    }
}
