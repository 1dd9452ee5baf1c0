using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Deliveries;

/// <summary>What waits, what arrived, what was rejected and what a rule holds back; and the whole way of one record.</summary>
static class DeliveriesEndpoints
{
    const int PageSize = 50;
    const int RowsPerLook = 500;
    const int LongestReason = 300;

    public static void Map(IEndpointRouteBuilder panel)
    {
        var deliveries = panel.MapGroup("/deliveries").RequireAuthorization(PanelPolicies.SeeDeliveries);
        deliveries.MapGet("", Queue);
        deliveries.MapGet("/delivered", Delivered);
        deliveries.MapGet("/rejected", Rejected);
        deliveries.MapGet("/rejected/{key}", Group);
        deliveries.MapGet("/rejected/{key}.csv", Csv);
        deliveries.MapGet("/withheld", Withheld);
        deliveries.MapGet("/withheld/{stream}/{code}", WithheldFor);
        deliveries.MapGet("/{name}", (string name, PanelRequest r, StoreDirectory stores, IDeliveryViews views) => Detail(name, false, r, stores, views, null));
        var change = deliveries.MapGroup("").RequireAuthorization(PanelPolicies.Replay);
        change.MapPost("/replay", Again);
        change.MapPost("/rejected/{key}/replay", ReplayGroup);
        change.MapPost("/rejected/{key}/close", CloseGroup);
        deliveries.MapGet("/{name}/data", (string name, PanelRequest r, StoreDirectory stores, IDeliveryViews views, PanelAudit audit)
            => Detail(name, true, r, stores, views, audit)).RequireAuthorization(PanelPolicies.Administer);
    }

    static async Task<IResult> Queue(string? store, string? direction, long? after, int? replayed, PanelRequest r, StoreDirectory directory, IDeliveryViews views, IDeadLetters letters, IStorePaces paces)
    {
        var cancel = r.Http.RequestAborted;
        var account = r.User.AccountId();
        var stores = await directory.ListAsync(r.User, cancel);
        var chosen = stores.FirstOrDefault(link => link.Slug == store);
        var toShop = direction == "shop";
        var rows = await views.QueueAsync(account, r.User.StoresOf(chosen), toShop, after, PageSize + 1, cancel);
        return Page.Of<QueuePage>(new
        {
            Stores = stores,
            Chosen = chosen,
            ToShop = toShop,
            Rows = (IReadOnlyList<QueuedRow>)[.. rows.Take(PageSize)],
            Next = rows.Count > PageSize ? rows[PageSize - 1].Id : (long?)null,
            IsFirstPage = after is null,
            Exports = (IReadOnlyList<QueuedExport>)[.. (await views.QueuedExportsAsync(account, cancel))
                .Where(export => chosen is null ? r.User.MaySee(export.Store) : export.Store == chosen.Store.Key)],
            Queues = await QueuesAsync(r, letters),
            Waits = await WaitsAsync(r, paces),
            Replayed = replayed,
        });
    }

    static async Task<IResult> Delivered(string? store, long? before, PanelRequest r, StoreDirectory directory, IDeliveryViews views, IStorePaces paces, IDeadLetters letters)
    {
        var cancel = r.Http.RequestAborted;
        var stores = await directory.ListAsync(r.User, cancel);
        var chosen = stores.FirstOrDefault(link => link.Slug == store);
        var rows = await views.DeliveredAsync(r.User.AccountId(), r.User.StoresOf(chosen), before, PageSize + 1, cancel);
        return Page.Of<DeliveredPage>(new
        {
            Stores = stores,
            Chosen = chosen,
            Rows = (IReadOnlyList<TraceEntry>)[.. rows.Take(PageSize)],
            Next = rows.Count > PageSize ? rows[PageSize - 1].Id : (long?)null,
            IsFirstPage = before is null,
            Waits = await WaitsAsync(r, paces),
            Queues = await QueuesAsync(r, letters),
        });
    }

    static async Task<IResult> Rejected(
        string? store, int? replayed, int? superseded, int? closed, PanelRequest r, StoreDirectory directory, IDeliveryViews views, IStorePaces paces, IDeadLetters letters)
    {
        var cancel = r.Http.RequestAborted;
        var stores = await directory.ListAsync(r.User, cancel);
        var chosen = stores.FirstOrDefault(link => link.Slug == store);
        return Page.Of<RejectedPage>(new
        {
            Stores = stores,
            Chosen = chosen,
            Groups = await views.RejectedGroupsAsync(r.User.AccountId(), r.User.StoresOf(chosen), cancel),
            Last = await views.LastRejectionAsync(r.User.AccountId(), r.User.StoresOf(chosen), cancel),
            Replayed = replayed,
            Superseded = superseded,
            Closed = closed,
            Waits = await WaitsAsync(r, paces),
            Queues = await QueuesAsync(r, letters),
        });
    }

    static Task<IResult> Group(string key, string? store, long? before, PanelRequest r, StoreDirectory directory, IDeliveryViews views)
        => OfGroup(key, store, r, directory, views, (group, chosen, stores) => GroupPageAsync(group, chosen, stores, before, r, views));

    static async Task<IResult> GroupPageAsync(
        RejectedGroup group, StoreLink? chosen, IReadOnlyList<StoreLink> stores, long? before, PanelRequest r, IDeliveryViews views, string? reason = null, string? error = null)
    {
        var lines = await views.RejectedAsync(r.User.AccountId(), r.User.StoresOf(chosen), group, before, PageSize + 1, r.Http.RequestAborted);
        var page = new
        {
            Stores = stores,
            Chosen = chosen,
            Group = group,
            Lines = (IReadOnlyList<RejectedLine>)[.. lines.Take(PageSize)],
            Next = lines.Count > PageSize ? DeliveryName.Read(lines[PageSize - 1].Name)?.Id : null,
            IsFirstPage = before is null,
            Reason = reason,
            Error = error,
        };
        return error is null ? Page.Of<RejectedGroupPage>(page) : Page.Refused<RejectedGroupPage>(page);
    }

    static async Task<IResult> OfGroup(
        string key, string? store, PanelRequest r, StoreDirectory directory, IDeliveryViews views, Func<RejectedGroup, StoreLink?, IReadOnlyList<StoreLink>, Task<IResult>> answer)
    {
        var stores = await directory.ListAsync(r.User, r.Http.RequestAborted);
        var chosen = stores.FirstOrDefault(link => link.Slug == store);
        var group = (await views.RejectedGroupsAsync(r.User.AccountId(), r.User.StoresOf(chosen), r.Http.RequestAborted)).FirstOrDefault(one => one.Key == key);
        return group is null ? Page.Missing() : await answer(group, chosen, stores);
    }

    static async Task<IResult> Again(PanelRequest r, Replay replay, IDeliveryViews views, PanelAudit audit)
    {
        var id = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["id"].ToString();
        // What is no longer there was replayed by somebody else meanwhile, and is no mistake.
        if (await views.FindAsync(r.User.AccountId(), id, r.Http.RequestAborted) is { } found && !r.User.MaySee(found.Store))
            return Page.Missing();
        if (await (id == "all" ? ReplayAllAsync(r, replay) : replay.OneAsync(r.User.AccountId(), id, r.Http.RequestAborted)) is not { } result)
            return Page.Missing();
        await audit.WriteAsync("delivery.replayed", id);
        return Page.See(string.Create(CultureInfo.InvariantCulture, $"/deliveries/rejected?replayed={result.Replayed}&superseded={result.Superseded}"));
    }

    static async Task<ReplayResult?> ReplayAllAsync(PanelRequest r, Replay replay)
    {
        var total = new ReplayResult(0, 0);
        foreach (var store in r.User.Stores()?.Select(store => (long?)store) ?? [null])
        {
            var one = await replay.AllAsync(r.User.AccountId(), store, r.Http.RequestAborted);
            total = new ReplayResult(total.Replayed + one.Replayed, total.Superseded + one.Superseded);
        }

        return total;
    }

    static async Task<IResult> ReplayGroup(string key, PanelRequest r, StoreDirectory directory, IDeliveryViews views, Replay replay, PanelAudit audit)
    {
        var store = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["store"].ToString();
        return await OfGroup(key, store, r, directory, views, async (group, chosen, _) =>
        {
            var result = await replay.GroupAsync(r.User.AccountId(), r.User.StoresOf(chosen), group, r.Http.RequestAborted);
            await audit.WriteAsync("delivery.group_replayed", key, new AuditChange("records", null, result.Replayed.ToString(CultureInfo.InvariantCulture)));
            return Page.See(string.Create(CultureInfo.InvariantCulture, $"/deliveries/rejected?replayed={result.Replayed}&superseded={result.Superseded}"));
        });
    }

    static async Task<IResult> CloseGroup(string key, PanelRequest r, StoreDirectory directory, IDeliveryViews views, PanelAudit audit)
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var reason = form["reason"].ToString().Trim();
        return await OfGroup(key, form["store"], r, directory, views, async (group, chosen, stores) =>
        {
            var error = reason.Length == 0 ? r.T.Deliveries.ReasonMissing
                : reason.Contains('@', StringComparison.Ordinal) ? r.T.Deliveries.ReasonNamesSomebody
                : reason.Length > LongestReason ? r.T.Deliveries.ReasonTooLong : null;
            if (error is not null)
                return await GroupPageAsync(group, chosen, stores, null, r, views, reason, error);
            var closed = 0;
            // What is closed leaves the group, so the first page is a new one each time.
            while (await views.RejectedAsync(r.User.AccountId(), r.User.StoresOf(chosen), group, null, RowsPerLook, r.Http.RequestAborted) is { Count: > 0 } lines)
            {
                var now = await views.CloseAsync(r.User.AccountId(), [.. lines.Select(line => line.Name)], reason, r.Http.RequestAborted);
                closed += now;
                if (now == 0)
                    break;
            }

            await audit.WriteAsync(
                "delivery.group_closed", key, new AuditChange("records", closed.ToString(CultureInfo.InvariantCulture), null), new AuditChange("reason", null, reason));
            return Page.See(string.Create(CultureInfo.InvariantCulture, $"/deliveries/rejected?closed={closed}"));
        });
    }

    static Task<IResult> Csv(string key, string? store, PanelRequest r, StoreDirectory directory, IDeliveryViews views, PanelAudit audit)
        => OfGroup(key, store, r, directory, views, async (group, chosen, stores) =>
        {
            await audit.WriteAsync("delivery.group_saved", key);
            var (account, among, cancel) = (r.User.AccountId(), r.User.StoresOf(chosen), r.Http.RequestAborted);
            var root = new Uri($"{r.Http.Request.Scheme}://{r.Http.Request.Host}{r.Http.Request.PathBase}/deliveries/");
            var words = DeliveryLooks.ReasonOf(r.T, group);
            return Results.Stream(
                async output =>
                {
                    await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
                    var separator = r.Language == Language.Pl ? ';' : ',';
                    await writer.WriteAsync(CsvCells.Line(separator, "record", "store", "email", "reason", "attempts", "since", "trace"));
                    long? before = null;
                    while (await views.RejectedAsync(account, among, group, before, RowsPerLook, cancel) is { Count: > 0 } lines)
                    {
                        foreach (var line in lines)
                        {
                            await writer.WriteAsync(CsvCells.Line(
                                separator, r.Address(line.SourceId), stores.FirstOrDefault(link => link.Store.Key == line.Store)?.Name ?? "",
                                line.EmailKey is { } email ? r.Address(email) : "", words, line.Attempts.ToString(CultureInfo.InvariantCulture),
                                Formats.Machine(line.At), new Uri(root, line.Name).ToString()));
                        }

                        before = DeliveryName.Read(lines[^1].Name)!.Value.Id;
                    }
                },
                "text/csv; charset=utf-8", $"pomost-rejected-{key}.csv");
        });

    static async Task<IResult> Withheld(string? store, PanelRequest r, StoreDirectory directory, IDeliveryViews views, IStorePaces paces, IDeadLetters letters)
    {
        var cancel = r.Http.RequestAborted;
        var stores = await directory.ListAsync(r.User, cancel);
        var chosen = stores.FirstOrDefault(link => link.Slug == store);
        return Page.Of<WithheldPage>(new
        {
            Stores = stores,
            Chosen = chosen,
            Groups = await views.WithheldGroupsAsync(r.User.AccountId(), r.User.StoresOf(chosen), cancel),
            Waits = await WaitsAsync(r, paces),
            Queues = await QueuesAsync(r, letters),
        });
    }

    static async Task<IResult> WithheldFor(string stream, string code, string? store, string? after, PanelRequest r, StoreDirectory directory, IDeliveryViews views)
    {
        if (!Enum.TryParse<ReasonCode>(code, out var reason) || !Enum.IsDefined(reason) || stream is not ("contacts" or "orders"))
            return Page.Missing();
        var kind = stream == "orders" ? ShopStream.Orders : ShopStream.Contacts;
        var stores = await directory.ListAsync(r.User, r.Http.RequestAborted);
        var chosen = stores.FirstOrDefault(link => link.Slug == store);
        var place = after?.Split('-') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var changed)
            && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var row) ? new ContactPlace(changed, row) : null;
        var rows = await views.WithheldAsync(r.User.AccountId(), r.User.StoresOf(chosen), kind, reason, place, PageSize + 1, r.Http.RequestAborted);
        return Page.Of<WithheldListPage>(new
        {
            Stores = stores,
            Chosen = chosen,
            Stream = kind,
            Code = reason,
            Rows = (IReadOnlyList<WithheldRecord>)[.. rows.Take(PageSize)],
            Next = rows.Count > PageSize ? new ContactPlace(rows[PageSize - 1].At.ToUnixTimeMilliseconds(), rows[PageSize - 1].Id) : null,
            IsFirstPage = place is null,
        });
    }

    /// <summary>One record. Who opens its data with the person in it is written into the audit log.</summary>
    static async Task<IResult> Detail(string name, bool opensData, PanelRequest r, StoreDirectory directory, IDeliveryViews views, PanelAudit? audit)
    {
        if (await FindAsync(name, r, views) is not { } found)
            return Page.Missing();
        if (opensData && audit is not null)
            await audit.WriteAsync("delivery.data_opened", name);
        return Page.Of<DeliveryPage>(new { Stores = await directory.ListAsync(r.User, r.Http.RequestAborted), Record = found, ShowsPerson = opensData });
    }

    static async Task<DeliveryDetail?> FindAsync(string name, PanelRequest r, IDeliveryViews views)
        => await views.FindAsync(r.User.AccountId(), name, r.Http.RequestAborted) is { } found && r.User.MaySee(found.Store) ? found : null;

    static async Task<IReadOnlyList<QueueNumbers>> QueuesAsync(PanelRequest r, IDeadLetters letters)
        => [.. (await letters.QueuesAsync(r.User.AccountId(), r.Http.RequestAborted)).Where(queue => r.User.MaySee(queue.Store))];

    static async Task<IReadOnlyDictionary<StoreKey, Waiting>> WaitsAsync(PanelRequest r, IStorePaces paces)
        => (await paces.WaitingAsync(r.User.AccountId(), r.Http.RequestAborted)).Where(wait => r.User.MaySee(wait.Key)).ToDictionary();
}
