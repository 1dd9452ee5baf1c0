using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Why a change of a contact was refused; nothing was saved.</summary>
public enum EditProblem
{
    /// <summary>A reason is needed.</summary>
    ReasonMissing,

    /// <summary>Reason or document name the person: they stay in the ledger when the person is erased.</summary>
    NamesThePerson,

    /// <summary>Neither opt-in nor opt-out.</summary>
    StateMissing,

    /// <summary>No tag was given.</summary>
    TagsMissing,

    /// <summary>The tag field cannot be read (<see cref="EditRefusal.Tag"/>).</summary>
    TagUnusable,

    /// <summary>The tag begins like a shop's own ones, or like those written into shops.</summary>
    TagOfShop,

    /// <summary>A rule gives the tag: taken away it would come back.</summary>
    TagOfRule,

    /// <summary>The destination has no such user, or no card of the person.</summary>
    OwnerRefused,

    /// <summary>The destination does not answer now.</summary>
    DestinationSilent,

    /// <summary>Nobody is on the list.</summary>
    NobodyHeld,

    /// <summary>Other people are on the list than the one who decides has seen; the detail says how many are.</summary>
    ListChanged,
}

/// <summary>Why a change was refused, and by what.</summary>
public sealed record EditRefusal(EditProblem Problem, string? Detail = null)
{
    /// <summary>What the tag field said wrongly.</summary>
    public TagProblem? Tag { get; init; }
}

/// <summary>What became of a change.</summary>
/// <param name="Stores">Stores that carry it out; they begin at once, or when they go on.</param>
/// <param name="Refusal">Why nothing was saved; null = it was.</param>
public sealed record EditResult(IReadOnlyList<StoreKey> Stores, EditRefusal? Refusal)
{
    public static EditResult Refused(EditProblem problem, string? detail = null) => new([], new EditRefusal(problem, detail));
}

/// <summary>Lets people of the panel state consents, add and take away tags, give contacts to another owner, and have them sent again.</summary>
/// <remarks>A change is stored for every store that knows the person, in one transaction, and each store carries it out in one transaction of its own run:
/// mirror, ledger, queue to the destination and to the shop. So it is never lost, and never overwritten by what a run was reading just then.</remarks>
public sealed class ContactEditing(
    IContactEdits edits, DestinationCards cards, IDestination destination, Connections connections, IStoreWaker waker)
{
    const int ShortestNameTold = 3;

    /// <summary>States a person's will on one channel: into the ledger, to the destinations, into every shop that knows the person.</summary>
    /// <param name="card">Whose.</param>
    /// <param name="channel">Which channel.</param>
    /// <param name="state">Granted or withdrawn.</param>
    /// <param name="evidence">Who states it, why, and by what document.</param>
    /// <param name="ct">Cancels before anything was saved.</param>
    public async Task<EditResult> StateAsync(ContactCard card, ConsentChannel channel, ConsentState state, ConsentEvidence evidence, CancellationToken ct)
    {
        if (state == ConsentState.NoStatement)
            return EditResult.Refused(EditProblem.StateMissing);
        if (Trimmed(evidence.Reason) is not { } reason)
            return EditResult.Refused(EditProblem.ReasonMissing);
        if (Names(card, reason) || Names(card, evidence.Document ?? ""))
            return EditResult.Refused(EditProblem.NamesThePerson);
        return await AddAsync(
            card, null, new ContactEdit { Kind = ContactEditKind.Consent, Channel = channel, State = state, Reason = reason, Document = Trimmed(evidence.Document) },
            evidence.Actor, ct);
    }

    /// <summary>Adds the tags of a field as typed.</summary>
    public async Task<EditResult> AddTagsAsync(ContactCard card, string? typed, string actor, CancellationToken ct)
    {
        var list = TagInput.Parse(typed);
        if (list.Problem is { } problem)
            return new EditResult([], new EditRefusal(EditProblem.TagUnusable, problem.Tag) { Tag = problem });
        if (list.Tags.Count == 0)
            return EditResult.Refused(EditProblem.TagsMissing);
        if (list.Tags.FirstOrDefault(IsOfShop) is { } taken)
            return EditResult.Refused(EditProblem.TagOfShop, taken);
        return await AddAsync(card, null, new ContactEdit { Kind = ContactEditKind.Tags, AddTags = list.Tags }, actor, ct);
    }

    /// <summary>Takes a tag away.</summary>
    public async Task<EditResult> RemoveTagAsync(ContactCard card, Store store, string tag, string actor, CancellationToken ct)
    {
        if (IsOfShop(tag))
            return EditResult.Refused(EditProblem.TagOfShop, tag);
        if (!MayRemove(card, store, tag))
            return EditResult.Refused(EditProblem.TagOfRule, tag);
        return await AddAsync(card, null, new ContactEdit { Kind = ContactEditKind.Tags, RemoveTags = [tag] }, actor, ct);
    }

    /// <summary>Tags that people gave, and that came with settings or exports of earlier, may be taken away; those a rule gives now come back.</summary>
    public static bool MayRemove(ContactCard card, Store store, string tag) => !IsOfShop(tag)
        && !TagPreviews.Of(card, store).Any(line => line.Code != ReasonCode.TagSentEarlier && !TagPreview.IsWithheld(line) && TagComparer.Instance.Equals(line.Tag, tag));

    /// <summary>Has the contact sent again, as it is known here, under the same identity.</summary>
    public Task<EditResult> ResendAsync(ContactCard card, string actor, CancellationToken ct)
        => AddAsync(card, card.Row.Store.StoreId, new ContactEdit { Kind = ContactEditKind.Resend }, actor, ct);

    /// <summary>Withdraws a person's consent to sharing, in every store that knows the person.</summary>
    /// <returns>Those stores; empty when none does.</returns>
    public async Task<IReadOnlyList<StoreKey>> StopSharingAsync(long accountId, EmailAddress person, string actor, CancellationToken ct)
    {
        var told = await edits.AddAsync(accountId, null, person.Key, new ContactEdit { Kind = ContactEditKind.StopSharing }, actor, ct);
        foreach (var store in told)
            await waker.NudgeAsync(store, CancellationToken.None);
        return told;
    }

    /// <summary>Gives the card to another user, at every destination that has it; at once, since nothing else depends on it.</summary>
    public async Task<EditResult> GiveToAsync(ContactCard card, string owner, CancellationToken ct)
    {
        var given = new List<StoreKey>();
        EditRefusal? refusal = null;
        foreach (var (target, known) in await cards.TargetsAsync(card, ct))
        {
            try
            {
                var connection = connections.DestinationOf(target);
                if (!(await destination.CheckAsync(connection, ct)).Contains(owner, StringComparer.OrdinalIgnoreCase))
                    continue;
                await destination.SetOwnerAsync(connection, card.Row.Email, owner, ct);
                given.AddRange(known);
            }
            catch (SkipRecordException e)
            {
                // Another account need not have the same users.
                refusal = new EditRefusal(EditProblem.OwnerRefused, e.Message);
            }
            catch (ConnectorException e)
            {
                return new EditResult(given, new EditRefusal(EditProblem.DestinationSilent, e.Message));
            }
        }

        return new EditResult(given, given.Count > 0 ? null : refusal ?? new EditRefusal(EditProblem.OwnerRefused));
    }

    async Task<EditResult> AddAsync(ContactCard card, long? storeId, ContactEdit edit, string actor, CancellationToken ct)
    {
        var told = await edits.AddAsync(card.Row.Store.AccountId, storeId, card.EmailKey, edit, actor, ct);
        foreach (var store in told)
            await waker.NudgeAsync(store, CancellationToken.None);
        return new EditResult(told, null);
    }

    static bool IsOfShop(string tag) => TagLoopGuard.CameFromShop(tag) || TagLoopGuard.CameFromSalesmanago(tag);

    static bool Names(ContactCard card, string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
            return true;
        var words = WordsOf(text);
        var names = new[] { card.Contact.FirstName, card.Contact.LastName }.OfType<string>().SelectMany(name => name.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries));
        if (names.Any(name => name.Length >= ShortestNameTold && words.Contains(name, StringComparer.OrdinalIgnoreCase)))
            return true;
        return NamesPhone(card.Contact, text);
    }

    static bool NamesPhone(ShopContact contact, string text)
    {
        var phone = Digits(contact.Phone);
        return phone.Length >= 7 && Digits(text).Contains(phone[^7..], StringComparison.Ordinal);
    }

    static string[] WordsOf(string text)
        => text.Split([' ', ',', '.', ';', ':', '(', ')', '„', '”', '"', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a text about many people names one of them: by address, telephone, or first and last name together. One of these names alone is
    /// everybody's among thousands.</summary>
    internal static bool NamesOneOf(ShopContact contact, string text)
    {
        string[] names = [.. new[] { contact.FirstName, contact.LastName }.OfType<string>().SelectMany(name => name.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries))];
        return NamesPhone(contact, text) || (names.Length > 1 && names.All(name => WordsOf(text).Contains(name, StringComparer.OrdinalIgnoreCase)));
    }

    static string Digits(string? text) => string.Concat((text ?? "").Where(char.IsAsciiDigit));

    static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
