using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What a shop's record means for one channel of a person.</summary>
/// <param name="Holds">The statement that holds from now on.</param>
/// <param name="Memory">What is remembered of the record from now on; null = what was remembered stays.</param>
/// <param name="Grace">Why an opt-out was no choice; null = there was none to ask about.</param>
sealed record ConsentReading(Consent Holds, ShopMemory? Memory, RuleAnswer? Grace)
{
    /// <summary>True when the statement is new and known to be later than what was known of the card.</summary>
    public bool IsLater { get; init; }

    /// <summary>A moment after which a new statement was made, UTC; null = unknown.</summary>
    public DateTimeOffset? MadeAfter { get; init; }

    /// <summary>Weighs what was read against what is known, and notes a change for the ledger.</summary>
    public static ConsentReading Of(PageDraft draft, string emailKey, ShopContact contact, PersonFacts person, ConsentChannel channel)
    {
        var isEmail = channel == ConsentChannel.Email;
        var (read, before) = isEmail ? (contact.EmailConsent, person.Email) : (contact.SmsConsent, person.Sms);
        var (memory, debt) = isEmail ? (person.ShopEmail, person.EmailDebt) : (person.ShopSms, person.SmsDebt);
        // A line of a file is no record of the shop.
        if (read.Source == ConsentSource.Import)
            return new(draft.Merge(emailKey, channel, before, Learned(read, before, memory, draft.Context.Now)), null, null);
        // Of an account nothing was read yet, whatever a list of subscribers, an order or another account said before.
        if (contact.HasAccount && (!person.HasAccount || AccountsOfAddress.TakesPlace(contact, person)))
            memory = ShopMemory.Blank;
        if (!IsBelieved(draft, read, debt, memory))
            return new(before, null, null);
        return Weighed(draft, emailKey, contact, person, channel, read, before, memory);
    }

    static ConsentReading Weighed(
        PageDraft draft, string emailKey, ShopContact contact, PersonFacts person, ConsentChannel channel, Consent read, Consent before, ShopMemory memory)
    {
        var (context, now) = (draft.Context, draft.Context.Now);
        var heard = AccountsOfAddress.Heard(contact, person);
        var said = ShopRecordChange.WithOwnDate(channel == ConsentChannel.Email ? heard.Email : heard.Sms, memory);
        var reading = ShopRecordChange.Of(said, memory, contact.ModifiedAt, now, before);
        if (reading.IsOldCopy)
        {
            draft.ReadAgain(contact.SourceId);
            return new(before, null, null);
        }

        // A subscriber's record never replaces what is remembered of an account.
        var remembered = contact.HasAccount || !person.HasAccount ? ShopRecordChange.Remember(memory, read, contact.ModifiedAt, now) : null;
        var isGrace = context.Run is null || now - contact.RegisteredAt < OptOutGrace.Length;
        // Both by the shop's own clock, however far that is from ours.
        var inShop = reading.Statement with { At = said.At ?? contact.ModifiedAt ?? reading.Statement.At };
        var grace = isGrace ? OptOutGrace.Ask(inShop, contact.RegisteredAt, memory) : null;
        if (grace is { Allows: false })
            return new(before, remembered, grace);
        var isNew = context.Run is null && !person.HasAccount && contact.HasAccount && contact.RegisteredAt > context.NewSince - LearnedStatement.OfAnotherTime;
        var isLater = reading.IsLater || (isNew && draft.IsMadeAfter(before));
        var holds = draft.Merge(emailKey, channel, before, reading.Statement, isLater);
        // What was weighed against an opt-out, or was seen to change, is later than what the card said until then.
        return new(holds, remembered, null)
        {
            IsLater = holds != before && (isLater || before.State == ConsentState.Withdrawn || memory.Seen is not null),
            MadeAfter = holds != before && isNew ? context.NewSince : null,
        };
    }

    // Guessing late is safe for a no, but a file without dates takes back no dated choice. A yes does not overrule a box that stands empty in the shop.
    static Consent Learned(Consent read, Consent before, ShopMemory memory, DateTimeOffset now) => read switch
    {
        { State: ConsentState.Withdrawn, At: null } when before is not { State: ConsentState.Granted, At: not null } => read with { At = now },
        { State: ConsentState.Granted } when memory.Seen?.State == ConsentState.Withdrawn && !(read.At > memory.SeenSince) => Consent.None,
        _ => read,
    };

    /// <summary>What is read without a date may be our own writing under way, or older than it; after that the record is read again.</summary>
    static bool IsBelieved(PageDraft draft, Consent read, ShopDebt debt, ShopMemory memory)
        => read.At is not null || debt != ShopDebt.InDoubt && !(draft.Context.MayBeStale && memory.Seen is not null);
}
