using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Destinations;

/// <summary>A destination of the account, with the stores that send to it.</summary>
public sealed record DestinationChoice(Destination Destination, IReadOnlyList<StoreLink> Stores);

/// <summary>How a store's destination stands.</summary>
public sealed record DestinationView
{
    public required Destination Destination { get; init; }

    public required bool IsConnected { get; init; }

    /// <summary>Until when the token that opens SALESmanago is good; null without one.</summary>
    public DateTimeOffset? TokenUntil { get; init; }

    /// <summary>Every store that sends here.</summary>
    public required IReadOnlyList<StoreLink> Stores { get; init; }

    /// <summary>Deliveries of these stores not yet sent.</summary>
    public long Waiting { get; init; }

    public DateTimeOffset? LastDeliveryAt { get; init; }

    /// <summary>Stored problem of a store that stands still because of the destination.</summary>
    public string? Problem { get; init; }

    /// <summary>What a store waits for at the destination.</summary>
    public Waiting? Wait { get; init; }

    /// <summary>The newest record that was given up.</summary>
    public DeadLetter? LastGivenUp { get; init; }

    /// <summary>Other accounts that are connected already.</summary>
    public required IReadOnlyList<DestinationChoice> Others { get; init; }
}

/// <summary>Reads and changes where a store's data go, for the section and for the wizard.</summary>
public sealed class DestinationDesk(
    IStores stores, IViews views, IDeadLetters letters, IStorePaces paces, IAccounts accounts, StoreSetup setup, DestinationSetup destinations,
    Connections connections, StoreDirectory directory, PanelRequest r)
{
    static readonly Dictionary<string, string> NoErrors = new(StringComparer.Ordinal);

    /// <summary>Destinations outside that are connected, with their stores.</summary>
    public async Task<IReadOnlyList<DestinationChoice>> KnownAsync(CancellationToken cancel)
    {
        var links = await directory.ListAsync(r.User, cancel);
        return
        [
            .. (await stores.ListDestinationsAsync(r.User.AccountId(), cancel)).Where(one => !one.IsHub && connections.IsConnected(one))
                .Select(one => new DestinationChoice(one, [.. links.Where(link => IsFed(link, one.Id))])),
        ];
    }

    public async Task<DestinationView> ViewAsync(StoreLink link, CancellationToken cancel)
    {
        var account = r.User.AccountId();
        var destination = (await stores.FindDestinationAsync(account, link.Store.DestinationId, cancel))!;
        var fed = (await directory.ListAsync(r.User, cancel)).Where(other => IsFed(other, destination.Id)).ToList();
        var keys = fed.Select(store => store.Store.Key).ToHashSet();
        var waits = await paces.WaitingAsync(account, cancel);
        return new DestinationView
        {
            Destination = destination,
            IsConnected = connections.IsConnected(destination),
            TokenUntil = destination.IsHub ? null : destinations.TokenValidUntil(destination),
            Stores = fed,
            Waiting = (await letters.QueuesAsync(account, cancel)).Where(queue => keys.Contains(queue.Store)).Sum(queue => queue.Waiting + queue.InDoubt),
            LastDeliveryAt = (await views.NumbersAsync(account, cancel)).Where(numbers => keys.Contains(numbers.Store)).Max(numbers => numbers.LastDeliveryAt),
            Problem = fed.Select(store => store.Store.Problem).FirstOrDefault(DestinationSetup.IsAboutDestination),
            Wait = keys.Select(waits.GetValueOrDefault).FirstOrDefault(wait => wait?.Reason is WaitReason.DestinationFails or WaitReason.DestinationAsked),
            LastGivenUp = (await letters.ListAsync(account, link.Store.Id, 20, cancel)).FirstOrDefault(letter => letter.Kind != DeadLetterKind.WriteBack),
            Others = [.. (await KnownAsync(cancel)).Where(known => known.Destination.Id != destination.Id)],
        };
    }

    /// <summary>Checks what was typed at the destination, and stores it; gives messages by field when it was refused.</summary>
    public async Task<(Destination? Destination, Dictionary<string, string> Errors)> ConnectAsync(DestinationForm form, IFormCollection typed)
    {
        var cancel = r.Http.RequestAborted;
        var errors = form.Check(typed, r.T);
        if (errors.Count > 0)
            return (null, errors);
        try
        {
            switch (form.Way)
            {
                case DestinationForm.ByHub:
                    var account = (await accounts.FindAsync(r.User.AccountId(), cancel))!;
                    return await setup.HubDestinationAsync(account, r.User.Identity!.Name!, cancel) is { } hub
                        ? (hub, NoErrors) : (null, Error("way-" + DestinationForm.ByHub, r.T.Stores.HubTaken));
                case DestinationForm.ByPassword:
                    return (await destinations.LogInAsync(r.User.AccountId(), new LogInForm(form.Endpoint, form.Email, typed["password"].ToString()), cancel), NoErrors);
                case DestinationForm.ByKey:
                    var key = new AccountKey(DestinationForm.EndpointOf(form.KeyEndpoint)!, form.ClientId, typed["api_secret"].ToString().Trim(), form.Owner, DestinationForm.ProductKeyOf(typed));
                    return (await destinations.UseKeyAsync(r.User.AccountId(), key, cancel), NoErrors);
                default:
                    var known = (await KnownAsync(cancel)).FirstOrDefault(one => one.Destination.Id.ToString(CultureInfo.InvariantCulture) == form.Way);
                    return known is null ? (null, Error("way-" + DestinationForm.ByHub, r.T.Common.Choose)) : (known.Destination, NoErrors);
            }
        }
        catch (NeedsOperatorException refused)
        {
            return (null, Error(FieldOf(form.Way, refused.SettingKey), r.T.Problems.OfDestination(refused.Problem, refused.SettingKey, refused.Detail)));
        }
        catch (RetryLaterException)
        {
            return (null, Error(FieldOf(form.Way, "endpoint"), r.T.Problems.DestinationTimedOut));
        }
    }

    static bool IsFed(StoreLink link, long destinationId) => link.Store.DestinationId == destinationId && link.Store.State != StoreState.Disconnected;

    static Dictionary<string, string> Error(string field, string message) => new(StringComparer.Ordinal) { [field] = message };

    /// <summary>The field of the way chosen that a refusal is about.</summary>
    static string FieldOf(string way, string settingKey) => (way, settingKey) switch
    {
        (DestinationForm.ByKey, "client_id" or "api_secret" or "owner" or IProductDestination.KeySetting) => settingKey,
        (DestinationForm.ByKey, _) => "key_endpoint",
        (_, "endpoint") => "endpoint",
        (_, "email") => "email",
        _ => "password",
    };
}
