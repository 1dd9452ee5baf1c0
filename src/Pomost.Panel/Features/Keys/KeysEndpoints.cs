using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Keys;

/// <summary>Keys to <c>/api/v1</c>: made, replaced, ended.</summary>
static class KeysEndpoints
{
    public static void Map(IEndpointRouteBuilder panel)
    {
        var keys = panel.MapGroup("/api-keys").RequireAuthorization(PanelPolicies.ApiKeys);
        keys.MapGet("", (string? done, PanelRequest r, KeyDesk desk, ShownOnce once) => Show(desk, r, new KeyForm(), null, once.Take(), done));
        keys.MapPost("", Create);
        keys.MapPost("/{id:long}/rotate", Rotate);
        keys.MapPost("/{id:long}/revoke", Revoke);
    }

    static async Task<IResult> Show(KeyDesk desk, PanelRequest r, KeyForm form, IReadOnlyDictionary<string, string>? errors, string? secret, string? done)
    {
        var page = new { Rows = await desk.ListAsync(r.Http.RequestAborted), Stores = await desk.StoresAsync(r.Http.RequestAborted), Form = form, Secret = secret, Revoked = done == "revoked" };
        return errors is null
            ? Page.Of<KeysPage>(page)
            : Page.Refused<KeysPage>(new { page.Rows, page.Stores, Form = form with { Name = TypedText.Cut(form.Name, ApiKeyRing.LongestName) }, Errors = errors });
    }

    static async Task<IResult> Create(PanelRequest r, KeyDesk desk, ApiKeyRing ring, PanelAudit audit, ShownOnce once, TimeProvider clock)
    {
        var form = KeyForm.From(await r.Http.Request.ReadFormAsync(r.Http.RequestAborted));
        if (form.Check(r.T) is { Count: > 0 } errors)
            return await Show(desk, r, form, errors, null, null);
        var stores = await desk.StoresAsync(r.Http.RequestAborted);
        var (key, text) = await ring.CreateAsync(form.ToKey(r.User.AccountId(), r.User.UserId(), stores, clock.GetUtcNow()), r.Http.RequestAborted);
        await audit.WriteAsync(
            "key.created", key.Name, new AuditChange("scope", null, key.MayWrite ? "write" : "read"),
            new AuditChange("expires_at", null, key.ExpiresAt?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            new AuditChange("stores", null, form.Chosen ? string.Join(' ', form.Stores) : "all"));
        once.Put(text);
        return Page.See("/api-keys");
    }

    static async Task<IResult> Rotate(long id, PanelRequest r, KeyDesk desk, ApiKeyRing ring, PanelAudit audit, ShownOnce once)
    {
        if (await desk.FindAsync(id, r.Http.RequestAborted) is not { MayChange: true }
            || await ring.RotateAsync(r.User.AccountId(), id, r.User.UserId(), r.Http.RequestAborted) is not (var key, { } text))
            return Page.Missing();
        await audit.WriteAsync("key.rotated", key.Name);
        once.Put(text);
        return Page.See("/api-keys");
    }

    static async Task<IResult> Revoke(long id, PanelRequest r, KeyDesk desk, IApiKeys keys, PanelAudit audit)
    {
        if (await desk.FindAsync(id, r.Http.RequestAborted) is not { MayChange: true } row
            || !await keys.RevokeAsync(r.User.AccountId(), id, r.Http.RequestAborted))
            return Page.Missing();
        await audit.WriteAsync("key.revoked", row.Key.Name);
        return Page.See("/api-keys?done=revoked");
    }
}

/// <summary>A key as the list shows it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Stores">Names of the only stores it opens; null = all.</param>
/// <param name="Expired">It opens nothing any more.</param>
/// <param name="EndsSoon">It expires within a month.</param>
/// <param name="MayChange">The reader may replace and end it: an owner's keys belong to the owner.</param>
public sealed record KeyRow(ApiKey Key, IReadOnlyList<string>? Stores, bool Expired, bool EndsSoon, bool MayChange);

/// <summary>The keys of the reader's account.</summary>
public sealed class KeyDesk(IApiKeys keys, IAccounts accounts, StoreDirectory stores, PanelRequest request, TimeProvider clock)
{
    static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    public Task<IReadOnlyList<StoreLink>> StoresAsync(CancellationToken cancel) => stores.ListAsync(request.User, cancel);

    public async Task<IReadOnlyList<KeyRow>> ListAsync(CancellationToken cancel)
    {
        var links = await StoresAsync(cancel);
        var now = clock.GetUtcNow();
        var rows = new List<KeyRow>();
        foreach (var key in await keys.ListAsync(request.User.AccountId(), cancel))
        {
            rows.Add(new KeyRow(
                key, key.StoreIds?.Select(id => links.FirstOrDefault(link => link.Store.Id == id)?.Name ?? "?").ToList(), key.HasExpired(now),
                key.ExpiresAt is { } end && end > now && end - now < Soon, await MayChangeAsync(key, cancel)));
        }

        return rows;
    }

    public async Task<KeyRow?> FindAsync(long id, CancellationToken cancel) => (await ListAsync(cancel)).FirstOrDefault(row => row.Key.Id == id);

    async Task<bool> MayChangeAsync(ApiKey key, CancellationToken cancel)
        => request.User.Role() == AccountRole.Owner || key.CreatedBy is not { } maker
            || !(await accounts.MembershipsAsync(maker, cancel)).Any(place => place.AccountId == key.AccountId && place.Role == AccountRole.Owner);
}
