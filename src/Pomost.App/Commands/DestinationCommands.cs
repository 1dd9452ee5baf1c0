using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost destination add|list</c>: SALESmanago accounts that stores send to, besides the built-in hub.</summary>
static class DestinationCommands
{
    public static Command Make(CommonOptions common)
    {
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var endpoint = CommonOptions.AddressOption("--endpoint", "Endpoint of the SALESmanago account, for example https://app2.salesmanago.pl.");
        endpoint.Required = true;
        var clientId = new Option<string>("--client-id") { Description = "Client id of the account.", Required = true };
        var apiSecret = new Option<string>("--api-secret") { Description = "API secret of the account. " + SecretInput.Help, Required = true };
        var owner = new Option<string>("--owner") { Description = "E-mail of the user who owns the contacts.", Required = true };
        var key = new Option<string?>("--api-v3-key") { Description = "Key of API v3, without which no product catalogue is sent: Integration Center → API → API v3. " + SecretInput.Help };
        var add = new Command("add", "Check a SALESmanago account, then store it.") { account, endpoint, clientId, apiSecret, owner, key };
        add.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var typed = new AccountKey(
                line.GetValue(endpoint)!, TypedInput.Line(line.GetValue(clientId)!, "--client-id", TypedInput.LongestValue), SecretOf(line.GetValue(apiSecret), "--api-secret")!,
                TypedInput.Email(line.GetValue(owner)!, "--owner"), SecretOf(line.GetValue(key), "--api-v3-key"));
            var stored = await session.Services.GetRequiredService<DestinationSetup>().UseKeyAsync(tenant.Id, typed, ct);
            await session.AuditAsync(tenant.Id, "destination.added", stored.ClientId, new AuditChange("endpoint", null, stored.Endpoint.Host));
            if (line.GetValue(common.Json))
                Printer.Json(new { destination = stored.Id });
            else
                Printer.Line($"Stored as destination {stored.Id}. Next: pomost store add … --destination {stored.Id}");
            return ExitCodes.Done;
        });
        var list = new Command("list", "List the destinations of an account.") { account };
        list.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var all = await session.Stores.ListDestinationsAsync(tenant.Id, ct);
            if (line.GetValue(common.Json))
                Printer.Json(all.Select(one => new { destination = one.Id, hub = one.IsHub, endpoint = one.Endpoint, clientId = one.ClientId, owner = one.Owner }));
            else
                foreach (var one in all)
                    Printer.Line($"{one.Id,3}  {(one.IsHub ? "built-in hub" : one.Endpoint.ToString()),-40} {one.ClientId} {one.Owner}");
            return ExitCodes.Done;
        });
        return new Command("destination", "SALESmanago accounts that stores send to, besides the built-in hub.") { add, list, Change(common, account) };
    }

    static string? SecretOf(string? typed, string option)
        => SecretInput.Read(typed, option) is { } secret ? TypedInput.Line(secret, option, TypedInput.LongestValue) : null;

    static Command Change(CommonOptions common, Option<long?> account)
    {
        var id = new Argument<long>("destination") { Description = "Number of the destination; see: pomost destination list" };
        var key = new Option<string>("--api-v3-key") { Description = "Key of API v3, for product catalogues. " + SecretInput.Help, Required = true };
        var change = new Command("change", "Check a new key of API v3, then store it.") { id, key, account };
        change.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var destination = await session.Stores.FindDestinationAsync(tenant.Id, line.GetValue(id), ct)
                ?? throw new UsageException($"There is no destination {line.GetValue(id)}. See: pomost destination list");
            if (destination.IsHub)
                throw new UsageException("The built-in hub makes its key by itself.");
            await session.Services.GetRequiredService<DestinationSetup>().UseProductKeyAsync(destination, SecretOf(line.GetValue(key), "--api-v3-key")!, ct);
            await session.AuditAsync(tenant.Id, "destination.product-key-changed", destination.ClientId, AuditChange.OfSecret(DestinationSecrets.ApiV3Key));
            if (line.GetValue(common.Json))
                Printer.Json(new { destination = destination.Id, changed = true });
            else
                Printer.Line("Stored. The catalogues of its stores are sent by the running server, or by the next one at its start.");
            return ExitCodes.Done;
        });
        return change;
    }
}
