using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pomost.Engine;
using Pomost.Panel.Web;
using Pomost.Rules;

namespace Pomost.Panel.Features.Contacts;

/// <summary>What people of the panel change on a contact.</summary>
static class ContactEditEndpoints
{
    const int LongestEvidence = 500;

    static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Map(IEndpointRouteBuilder panel, IEndpointRouteBuilder contact)
    {
        var edit = contact.MapGroup("").RequireAuthorization(PanelPolicies.ChangeContacts);
        edit.MapGet("/consent", (long id, PanelRequest r, IViews views, StoreDirectory stores) => OfCard(
            id, r, views, async card => await ConsentFormAsync(card, r, stores, card.EmailConsent.State == ConsentState.Granted ? ConsentState.Withdrawn : ConsentState.Granted)));
        edit.MapPost("/consent", State);
        edit.MapPost("/stop-sharing", StopSharing);
        edit.MapPost("/tags", AddTags);
        edit.MapPost("/tags/remove", RemoveTag);
        edit.MapPost("/owner", GiveTo);
        edit.MapGet("/resend", (long id, PanelRequest r, IViews views, ResendPreviews previews) => OfCard(
            id, r, views, async card => Page.Of<ResendPage>(new { Card = card, Preview = await previews.OfAsync(card, r.Http.RequestAborted) })));
        edit.MapPost("/resend", Resend);
        var erase = contact.MapGroup("").RequireAuthorization(PanelPolicies.EraseContacts);
        erase.MapGet("/erase", (long id, PanelRequest r, IViews views, IPersonData data) => OfCard(
            id, r, views, async card => Page.Of<ErasePage>(new { Card = card, Held = await HeldAsync(card, r, data) })));
        erase.MapPost("/erase", Erase);
        var certificates = panel.MapGroup("/erasures/{number:int}").RequireAuthorization(PanelPolicies.EraseContacts);
        certificates.MapGet("", async (int number, PanelRequest r, Erasure erasure) => await erasure.FindAsync(r.User.AccountId(), number, r.Http.RequestAborted) is { } found
            ? (IResult)Page.Of<CertificatePage>(new { Certificate = found }) : Page.Missing());
        panel.MapGet("/erasures/{number:int}.json", async (int number, PanelRequest r, Erasure erasure) => await erasure.FindAsync(r.User.AccountId(), number, r.Http.RequestAborted) is { } found
            ? Results.File(JsonSerializer.SerializeToUtf8Bytes(found, Readable), "application/json", string.Create(CultureInfo.InvariantCulture, $"erasure-{number}.json"))
            : Page.Missing()).RequireAuthorization(PanelPolicies.EraseContacts);
    }

    static async Task<IResult> OfCard(long id, PanelRequest r, IViews views, Func<ContactCard, Task<IResult>> answer)
        => await ContactsEndpoints.FindAsync(id, r, views) is { } card ? await answer(card) : Page.Missing();

    static Task<IResult> State(long id, PanelRequest r, IViews views, StoreDirectory stores, ContactEditing editing, PanelAudit audit) => OfCard(id, r, views, async card =>
    {
        var form = await r.Http.Request.ReadFormAsync(r.Http.RequestAborted);
        var channel = form["channel"] == nameof(ConsentChannel.Sms) ? ConsentChannel.Sms : ConsentChannel.Email;
        var state = form["state"].ToString() switch
        {
            nameof(ConsentState.Granted) => ConsentState.Granted,
            nameof(ConsentState.Withdrawn) => ConsentState.Withdrawn,
            _ => ConsentState.NoStatement,
        };
        var (reason, document) = (form["reason"].ToString(), form["document"].ToString());
        // They stay in the ledger for good.
        if ((IsTooLong(reason) ? "reason" : IsTooLong(document) ? "document" : null) is { } wrong)
        {
            return await ConsentFormAsync(
                card, r, stores, state, channel, TypedText.Cut(reason, LongestEvidence), TypedText.Cut(document, LongestEvidence),
                new Dictionary<string, string>(StringComparer.Ordinal) { [wrong] = r.T.Common.TextBad(r.F.Number(LongestEvidence)) });
        }

        var result = await editing.StateAsync(card, channel, state, new ConsentEvidence(r.PersonName, reason, document), r.Http.RequestAborted);
        if (result.Refusal is { } refusal)
        {
            var field = refusal.Problem switch { EditProblem.StateMissing => "state-Granted", _ => "reason" };
            return await ConsentFormAsync(
                card, r, stores, state, channel, reason, document,
                new Dictionary<string, string>(StringComparer.Ordinal) { [field] = r.T.Contacts.Of(refusal) });
        }

        var before = channel == ConsentChannel.Email ? card.EmailConsent.State : card.SmsConsent.State;
        await audit.WriteAsync("contact.consent_stated", Name(id), new AuditChange(channel.ToString(), before.ToString(), state.ToString()));
        return Page.See($"/contacts/{Name(id)}/consents?saved=1");
    });

    static bool IsTooLong(string text) => text.Length > LongestEvidence || text.Any(sign => char.IsControl(sign) && sign is not ('\r' or '\n' or '\t'));

    static Task<IResult> StopSharing(long id, PanelRequest r, IViews views, ContactEditing editing, PanelAudit audit) => OfCard(id, r, views, async card =>
    {
        if (!EmailAddress.TryParse(card.EmailKey, out var person, out _))
            return Page.Missing();
        var told = await editing.StopSharingAsync(r.User.AccountId(), person, r.PersonName, r.Http.RequestAborted);
        await audit.WriteAsync("person.sharing_stopped", Name(id), new AuditChange("stores", null, told.Count.ToString(CultureInfo.InvariantCulture)));
        return Page.See($"/contacts/{Name(id)}?saved=1");
    });

    static async Task<IResult> ConsentFormAsync(
        ContactCard card, PanelRequest r, StoreDirectory stores, ConsentState state, ConsentChannel channel = ConsentChannel.Email, string? reason = null, string? document = null,
        IReadOnlyDictionary<string, string>? errors = null)
    {
        var known = card.Elsewhere.Select(other => other.Store).Prepend(card.Row.Store).ToHashSet();
        var names = (await stores.ListAsync(r.User, r.Http.RequestAborted))
            .Where(link => known.Contains(link.Store.Key) && link.Store.State != StoreState.Disconnected).Select(link => link.Name).ToList();
        var page = new { Card = card, StoreNames = (IReadOnlyList<string>)names, Channel = channel, State = state, Reason = reason, Document = document };
        return errors is null
            ? Page.Of<ConsentPage>(page)
            : Page.Refused<ConsentPage>(new { page.Card, page.StoreNames, page.Channel, page.State, page.Reason, page.Document, Errors = errors });
    }

    static Task<IResult> AddTags(long id, PanelRequest r, IViews views, StoreDirectory stores, ContactEditing editing, PanelAudit audit) => OfCard(id, r, views, async card =>
    {
        var typed = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["tags"].ToString();
        var result = await editing.AddTagsAsync(card, typed, r.PersonName, r.Http.RequestAborted);
        if (result.Refusal is { } refusal)
            return await CardAgainAsync(card, r, stores, typed, r.T.Contacts.Of(refusal), null);
        await audit.WriteAsync("contact.tags_added", Name(id), new AuditChange("tags", null, string.Join(',', TagInput.Parse(typed).Tags)));
        return Page.See($"/contacts/{Name(id)}?saved=1");
    });

    static Task<IResult> RemoveTag(long id, PanelRequest r, IViews views, StoreDirectory stores, ContactEditing editing, PanelAudit audit) => OfCard(id, r, views, async card =>
    {
        var tag = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["tag"].ToString();
        if (tag.Length == 0 || await StoreOfAsync(card, r, stores) is not { } store)
            return Page.Missing();
        var result = await editing.RemoveTagAsync(card, store, tag, r.PersonName, r.Http.RequestAborted);
        if (result.Refusal is { } refusal)
            return await CardAgainAsync(card, r, stores, null, r.T.Contacts.Of(refusal), null);
        await audit.WriteAsync("contact.tag_removed", Name(id), new AuditChange("tags", tag, null));
        return Page.See($"/contacts/{Name(id)}?saved=1");
    });

    static Task<IResult> GiveTo(long id, PanelRequest r, IViews views, StoreDirectory stores, DestinationCards cards, ContactEditing editing, PanelAudit audit)
        => OfCard(id, r, views, async card =>
        {
            var owner = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["owner"].ToString();
            var result = await editing.GiveToAsync(card, owner, r.Http.RequestAborted);
            if (result.Refusal is { } refusal)
                return await CardAgainAsync(card, r, stores, null, null, r.T.Contacts.Of(refusal), await cards.OfAsync(card, r.Http.RequestAborted));
            await audit.WriteAsync("contact.owner_changed", Name(id), new AuditChange("owner", null, owner));
            return Page.See($"/contacts/{Name(id)}?saved=1");
        });

    static Task<IResult> Resend(long id, PanelRequest r, IViews views, ContactEditing editing, IInbox inbox, IStoreWaker waker, PanelAudit audit) => OfCard(id, r, views, async card =>
    {
        var forces = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["how"] == "force";
        if (forces && !r.User.May(PanelPolicies.Administer))
            return Page.Denied(PanelPolicies.Administer);
        // Read anew first: what is sent again is what the shop says now.
        if (card.Contact.SourceId is { } sourceId)
        {
            await inbox.AddAsync(card.Row.Store, InboxSource.Operator, [new Contract.AnnouncedChange(Contract.ShopStream.Contacts, Contract.ChangeKind.Changed, sourceId)], r.Http.RequestAborted);
            await waker.NudgeAsync(card.Row.Store, CancellationToken.None);
        }

        if (forces)
            await editing.ResendAsync(card, r.PersonName, r.Http.RequestAborted);
        await audit.WriteAsync(forces ? "contact.resent" : "contact.read_again", Name(id));
        return Page.See($"/contacts/{Name(id)}?saved=1");
    });

    static Task<IResult> Erase(long id, PanelRequest r, IViews views, IPersonData data, Erasure erasure, PanelAudit audit) => OfCard(id, r, views, async card =>
    {
        var typed = (await r.Http.Request.ReadFormAsync(r.Http.RequestAborted))["confirm"].ToString().Trim();
        if (EmailAddress.KeyOf(typed) != card.EmailKey || !EmailAddress.TryParse(card.Row.Email, out var person, out _))
        {
            return Page.Refused<ErasePage>(new
            {
                Card = card,
                Held = await HeldAsync(card, r, data),
                Typed = typed,
                Errors = new Dictionary<string, string>(StringComparer.Ordinal) { ["confirm"] = r.T.Contacts.EraseMismatch },
            });
        }

        var certificate = await erasure.EraseAsync(r.User.AccountId(), person, r.PersonName, r.Http.RequestAborted);
        var number = certificate.Number.ToString(CultureInfo.InvariantCulture);
        await audit.WriteAsync("contact.erased", Name(id), new AuditChange("certificate", null, number));
        return Page.See($"/erasures/{number}");
    });

    static async Task<IReadOnlyList<(string Table, long Rows)>> HeldAsync(ContactCard card, PanelRequest r, IPersonData data)
        => [.. (await data.ReadAsync(r.User.AccountId(), card.EmailKey, r.Http.RequestAborted)).Where(part => part.Table != "consent_line")
            .GroupBy(part => part.Name).Select(part => (part.Key, (long)part.Sum(rows => rows.Rows.Count)))];

    /// <summary>The card again with what was refused; nothing of what was typed is lost.</summary>
    static async Task<IResult> CardAgainAsync(
        ContactCard card, PanelRequest r, StoreDirectory stores, string? typed, string? tagError, string? ownerError, IReadOnlyList<CardAtDestination>? cards = null)
        => Page.Refused<ContactPage>(new
        {
            Card = card,
            Stores = await stores.ListAsync(r.User, r.Http.RequestAborted),
            Store = await StoreOfAsync(card, r, stores),
            TypedTags = typed,
            TagError = tagError,
            OwnerError = ownerError,
            // The script would ask for the cards at once and overwrite the message.
            Cards = cards ?? [],
        });

    static async Task<Store?> StoreOfAsync(ContactCard card, PanelRequest r, StoreDirectory stores)
        => (await stores.ListAsync(r.User, r.Http.RequestAborted)).FirstOrDefault(link => link.Store.Key == card.Row.Store)?.Store;

    static string Name(long id) => id.ToString(CultureInfo.InvariantCulture);
}
