using System.CommandLine;
using Pomost.App.Output;
using Pomost.Contract;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost products status|sync|on|off</c>: the shop's catalogue at the destination.</summary>
static class ProductCommands
{
    const int MaxRefused = 20;

    public static Command Make(CommonOptions common)
    {
        var slug = new Option<string?>("--store") { Description = "The store; may be left out when there is one." };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        return new Command("products", "The shop's catalogue at the destination.")
        {
            Status(common, slug, account), Sync(common, slug, account), Switch(common, slug, account, sends: true), Switch(common, slug, account, sends: false),
        };
    }

    static Command Status(CommonOptions common, Option<string?> slug, Option<long?> account)
    {
        var command = new Command("status", "Tell how many products are there, what waits, what was refused and why.") { slug, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
            var products = session.Services.GetRequiredService<IProducts>();
            var (route, numbers) = (await products.RouteAsync(store.Key, ct), await products.CountAsync(store.Key, ct));
            var refused = await products.RefusedAsync(store.Key, MaxRefused, ct);
            var listsProducts = session.Services.GetRequiredService<IPlatformCatalogue>().Find(store.Platform) is IReadsProducts;
            if (line.GetValue(common.Json))
            {
                Printer.Json(new
                {
                    store = store.Slug,
                    sends = store.Options.SendsProducts && listsProducts,
                    catalogue = route?.CatalogueId,
                    problem = route?.Problem,
                    shopProblem = route?.ShopProblem,
                    known = numbers.Known,
                    gone = numbers.Gone,
                    waiting = numbers.Waiting,
                    refused = numbers.Refused,
                    lastSentAt = numbers.LastSentAt,
                    refusals = refused.Select(one => new { product = one.ProductId, name = one.Name, reason = one.Reason, at = one.At }),
                });
            }
            else
                Print(store, listsProducts, route, numbers, refused);
            return route is { Problem: not null } or { ShopProblem: not null } ? ExitCodes.NeedsOperator : ExitCodes.Done;
        });
        return command;
    }

    static Command Sync(CommonOptions common, Option<string?> slug, Option<long?> account)
    {
        var command = new Command("sync", "Read the whole catalogue now, send what is new, and try again what was refused or had to wait.") { slug, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
            if (store.State != StoreState.Active)
            {
                Printer.Problem($"Nothing was started: the store {store.Slug} is {Sentences.Of(store)}");
                return store.State == StoreState.NeedsOperator ? ExitCodes.NeedsOperator : ExitCodes.Stopped;
            }

            await session.Services.GetRequiredService<Synchronization>().ProductsNowAsync(store.Key, ct);
            if (line.GetValue(common.Json))
                Printer.Json(new { store = store.Slug, asked = true });
            else
                Printer.Line("Asked for. The running server reads it at once, or the next one at its start.");
            return ExitCodes.Done;
        });
        return command;
    }

    static Command Switch(CommonOptions common, Option<string?> slug, Option<long?> account, bool sends)
    {
        var command = new Command(sends ? "on" : "off", sends ? "Send the store's products." : "Send no products of the store. What is at the destination stays.") { slug, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
            await session.Stores.UpdateAsync(store with { Options = store.Options with { SendsProducts = sends } }, ct);
            if (line.GetValue(common.Json))
                Printer.Json(new { store = store.Slug, sends });
            else
                Printer.Line(sends ? "Products are sent from now on." : "No products are sent from now on.");
            return ExitCodes.Done;
        });
        return command;
    }

    static void Print(Store store, bool listsProducts, ProductRoute? route, ProductNumbers numbers, IReadOnlyList<RefusedProduct> refused)
    {
        if (!listsProducts)
            Printer.Line($"{store.Slug}: this platform's connector lists no products.");
        else if (!store.Options.SendsProducts)
            Printer.Line($"{store.Slug}: switched off. Switch on with: pomost products on --store {store.Slug}");
        if (route?.Problem is { } problem)
            Printer.Line($"{store.Slug}: nothing is sent. {WordsOf(problem, store)}");
        if (route?.ShopProblem is { } shopProblem)
            Printer.Line($"{store.Slug}: the shop gives no products. {Sentences.OfStored(shopProblem)} Mend it and check with: pomost store check {store.Slug}");
        Printer.Line($"{store.Slug}: {numbers.Known} products, {numbers.Gone} no longer in the shop; {numbers.Waiting} wait, {numbers.Refused} were refused");
        if (numbers.LastSentAt is { } at)
            Printer.Line($"{store.Slug}: last sent {at:yyyy-MM-dd HH:mm:ss}Z");
        foreach (var one in refused)
            Printer.Line($"  refused {one.ProductId} {one.Name}: {one.Reason}");
    }

    static string WordsOf(string problem, Store store) => problem switch
    {
        $"{nameof(ConnectionProblem.InvalidSetting)}:{IProductDestination.KeySetting}" =>
            $"The destination has no key of API v3. Make one in SALESmanago (Integration Center → API → API v3), then: pomost destination change {store.DestinationId} --api-v3-key KEY",
        $"{nameof(ConnectionProblem.CredentialsRefused)}:{IProductDestination.KeySetting}" =>
            $"The key of API v3 is not accepted. Make a new one in SALESmanago (Integration Center → API → API v3), then: pomost destination change {store.DestinationId} --api-v3-key KEY",
        $"{nameof(ConnectionProblem.PermissionMissing)}:{IProductDestination.CatalogueSetting}" =>
            "The SALESmanago account may have no further catalogue. Remove one there, or ask SALESmanago for more, then: pomost products sync",
        _ => $"{Sentences.OfStored(problem)} Afterwards: pomost products sync",
    };
}
