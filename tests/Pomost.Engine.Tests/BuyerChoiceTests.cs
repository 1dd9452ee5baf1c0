using Pomost.Engine.Tests.Fixture;
using Pomost.Rules;
using Pomost.Simulators;

namespace Pomost.Engine.Tests;

/// <summary>Goal: whom the first step of an export left out by their consent, the second does not send behind one's back. Method: the simulated shop, both steps.</summary>
public sealed class BuyerChoiceTests
{
    static readonly ShopSeedOptions Seed = new() { Customers = 60, Guests = 20, Orders = 120, Products = 10 };
    static readonly ConsentState[] Decided = [ConsentState.Granted, ConsentState.Withdrawn];

    [Fact]
    public async Task Buyers_without_a_decision_are_not_added_by_their_orders_until_they_are_chosen()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Seed });
        var choice = new ExportChoice { States = Decided };
        await engine.ExportAsync(ExportKind.Contacts, new ExportOptions { Choice = choice });
        var there = await engine.HubAddressesAsync();
        Assert.Equal(Decided, await engine.Exports.BuyerStatesAsync(engine.Store.Key, default));

        var kept = await engine.ExportAsync(ExportKind.Transactions, new ExportOptions { Choice = choice });
        var undecided = kept.Skipped.GetValueOrDefault(ReasonCode.ConsentStateNotChosen);
        Assert.True(undecided > 0);
        Assert.Equal(engine.PaidOrders().Count(), kept.Sent + undecided);
        // Guests who said yes while ordering are added; nobody is there who said nothing.
        var added = (await engine.HubAddressesAsync()).Except(there, StringComparer.Ordinal).ToList();
        foreach (var address in added)
            Assert.NotEqual(ConsentState.NoStatement, (await engine.ContactAsync(address)).EmailConsent.State);

        var all = await engine.ExportAsync(ExportKind.Transactions);
        Assert.Equal(undecided, all.Sent);
        Assert.Equal(0, all.Skipped.GetValueOrDefault(ReasonCode.ConsentStateNotChosen));
    }

    [Fact]
    public async Task A_buyer_who_is_there_already_may_buy_whatever_was_chosen()
    {
        await using var engine = await RunningEngine.StartAsync(new EngineSetup { Seed = Seed });
        await engine.ExportAsync(ExportKind.Contacts);
        var run = await engine.ExportAsync(ExportKind.Transactions, new ExportOptions { Choice = new ExportChoice { States = [ConsentState.Granted] } });
        var there = (await engine.HubAddressesAsync()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.Equal(engine.PaidOrders().Count(order => there.Contains(order.Billing.Email.Trim())), run.Sent);
    }

    [Fact]
    public async Task Before_any_export_of_contacts_those_who_decided_are_ticked()
    {
        await using var engine = await RunningEngine.StartAsync();
        Assert.Equal(Exports.PresetStates, await engine.Exports.BuyerStatesAsync(engine.Store.Key, default));
    }
}
