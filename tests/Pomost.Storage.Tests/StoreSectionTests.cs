using Microsoft.Extensions.DependencyInjection;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Storage.Hub;

namespace Pomost.Storage.Tests;

public sealed class StoreSectionTestsOnSqlite(SqliteFixture storage) : StoreSectionTests(storage), IClassFixture<SqliteFixture>;

public sealed class StoreSectionTestsOnPostgreSql(PostgreSqlFixture storage) : StoreSectionTests(storage), IClassFixture<PostgreSqlFixture>;

/// <summary>Drafts, looks and modules: what is written comes back, and to its own account and store alone.</summary>
public abstract class StoreSectionTests(StorageFixture storage)
{
    private readonly IStoreDrafts drafts = storage.Services.GetRequiredService<IStoreDrafts>();
    private readonly IStoreLooks looks = storage.Services.GetRequiredService<IStoreLooks>();
    private readonly IStoreModules modules = storage.Services.GetRequiredService<IStoreModules>();

    [Fact]
    public async Task A_draft_comes_back_changed_belongs_to_its_account_and_is_taken_once()
    {
        var (mine, other) = ((await storage.AddAccountAsync()).Id, (await storage.AddAccountAsync()).Id);
        var saved = await drafts.SaveAsync(Draft(mine), default);
        Assert.Equal(saved, await drafts.FindAsync(mine, saved.Id, default));
        Assert.Null(await drafts.FindAsync(other, saved.Id, default));
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        var changed = await drafts.SaveAsync(saved with { Name = "Inny", DestinationId = 7 }, default);

        Assert.Equal([changed], await drafts.ListAsync(mine, default));
        Assert.Empty(await drafts.ListAsync(other, default));
        Assert.False(await drafts.RemoveAsync(other, saved.Id, default));
        Assert.Single(await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => drafts.RemoveAsync(mine, saved.Id, default))), taken => taken);
    }

    [Fact]
    public async Task A_redirect_finds_its_draft_while_it_may_and_old_drafts_are_forgotten()
    {
        var account = (await storage.AddAccountAsync()).Id;
        var waiting = await drafts.SaveAsync(
            Draft(account) with { StateHash = Guid.NewGuid().ToString("n"), ProtectedPending = "sealed", StateUntil = storage.Clock.GetUtcNow().AddHours(1) }, default);

        Assert.Equal(waiting, await drafts.FindByStateAsync(waiting.StateHash!, default));
        Assert.Null(await drafts.FindByStateAsync("another", default));
        storage.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await drafts.FindByStateAsync(waiting.StateHash!, default));
        var young = await drafts.SaveAsync(Draft(account), default);
        await drafts.ForgetAsync(storage.Clock.GetUtcNow(), default);
        Assert.Equal([young], await drafts.ListAsync(account, default));
    }

    [Fact]
    public async Task A_look_and_its_logo_are_kept_replaced_and_removed()
    {
        var (store, other) = ((await storage.AddStoreAsync()).Key, (await storage.AddStoreAsync()).Key);
        Assert.Equal(new StoredLook(new ModuleLook(), null, null, null, null), await looks.FindAsync(store, default));
        var look = new ModuleLook { Language = "pl", Main = "#123456", LogoText = "Łąka" };
        var logo = new LogoPicture("image/png", 3, 2, [1, 2, 3, 0, 255]);
        await looks.SaveAsync(store, look, logo, removesLogo: false, default);

        var found = await looks.FindAsync(store, default);
        Assert.Equal((look, storage.Clock.GetUtcNow()), (found.Look, found.ChangedAt));
        Assert.Equivalent(logo, await looks.LogoAsync(store, default), strict: true);
        await looks.SaveAsync(store, look with { Main = "#654321" }, null, removesLogo: false, default);
        Assert.Equal(found.LogoHash, (await looks.FindAsync(store, default)).LogoHash);
        await looks.SaveAsync(store, look, logo with { Content = [9] }, removesLogo: false, default);
        Assert.NotEqual(found.LogoHash, (await looks.FindAsync(store, default)).LogoHash);
        await looks.SaveAsync(store, look, null, removesLogo: true, default);
        Assert.Null(await looks.LogoAsync(store, default));
        Assert.Null((await looks.FindAsync(other, default)).ChangedAt);
    }

    [Fact]
    public async Task What_an_account_said_of_a_look_holds_until_the_look_changes()
    {
        var store = (await storage.AddStoreAsync()).Key;
        await looks.SaveAsync(store, new ModuleLook(), null, removesLogo: false, default);
        var told = new ToldLogo("hash", new Uri("https://pictures.example/1.png"));
        await looks.ToldAsync(store, null, told, default);
        var at = storage.Clock.GetUtcNow();
        storage.Clock.Advance(TimeSpan.FromMinutes(1));
        await looks.ToldAsync(store, "TimedOut:endpoint", told, default);

        var refused = await looks.FindAsync(store, default);
        Assert.Equal((at, "TimedOut:endpoint", told), (refused.ToldAt, refused.Problem, await looks.ToldLogoAsync(store, default)));
        await looks.SaveAsync(store, new ModuleLook { Main = "#123456" }, null, removesLogo: false, default);
        Assert.Null((await looks.FindAsync(store, default)).Problem);
        await looks.ToldAsync(store, null, null, default);
        Assert.Null(await looks.ToldLogoAsync(store, default));
    }

    [Fact]
    public async Task A_switch_forgets_what_was_known_of_the_account_and_silence_keeps_it()
    {
        var store = (await storage.AddStoreAsync()).Key;
        await modules.NoteAsync(store, StoreModule.LiveChat, ModuleState.On, null, default);
        Assert.Empty(await modules.ListAsync(store, default));
        await modules.SwitchAsync(store, StoreModule.LiveChat, on: true, default);
        var at = storage.Clock.GetUtcNow();
        await modules.NoteAsync(store, StoreModule.LiveChat, ModuleState.Off, null, default);
        await modules.NoteAsync(store, StoreModule.LiveChat, null, "TimedOut:endpoint", default);
        Assert.Equal([new SwitchedModule(StoreModule.LiveChat, true, at, ModuleState.Off, at, "TimedOut:endpoint")], await modules.ListAsync(store, default));

        await modules.SwitchAsync(store, StoreModule.LiveChat, on: false, default);
        Assert.Equal([new SwitchedModule(StoreModule.LiveChat, false, at, null, null, null)], await modules.ListAsync(store, default));
    }

    [Fact]
    public async Task Modules_of_the_hub_are_kept_by_account_and_shop()
    {
        var hub = new HubModules(new HubModuleStore(storage.Database), storage.Clock);
        var account = (await storage.AddAccountAsync()).Id;
        await hub.ChangeAsync(account, "sklep", HubModuleKind.Popup, active: true, name: "Zapisz się");
        await hub.ChangeAsync(account, "sklep", HubModuleKind.Popup, active: null, name: null);

        Assert.Equal(
            [
                new HubModule(HubModuleKind.LiveChat, false, "Live Chat", null), new HubModule(HubModuleKind.WebPush, false, "Web Push", null),
                new HubModule(HubModuleKind.Popup, true, "Zapisz się", storage.Clock.GetUtcNow()),
            ],
            await hub.ListAsync(account, "sklep"));
        Assert.All(await hub.ListAsync(account, "inny"), module => Assert.False(module.IsActive));
        Assert.All(await hub.ListAsync(account - 1, "sklep"), module => Assert.False(module.IsActive));
    }

    private static KeptDraft Draft(long account)
        => new() { AccountId = account, Id = Guid.NewGuid().ToString("n"), Platform = "woocommerce", Name = "Sklep", ProtectedValues = "sealed" };
}
