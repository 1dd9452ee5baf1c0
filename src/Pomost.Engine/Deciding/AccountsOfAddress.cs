using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Which of several accounts with one address bears the card's data (<see cref="OneAccountPerAddress"/>).</summary>
sealed class AccountsOfAddress
{
    readonly ILookup<string, ShopContact> _onPage;
    readonly IReadOnlySet<string>? _gone;

    /// <param name="contacts">The page in hand.</param>
    /// <param name="gone">Accounts known to be gone from their address.</param>
    public AccountsOfAddress(IReadOnlyList<ShopContact> contacts, IReadOnlySet<string>? gone)
    {
        _gone = gone;
        _onPage = contacts.Where(IsAccount).ToLookup(contact => EmailAddress.KeyOf(contact.Email ?? ""), StringComparer.Ordinal);
    }

    /// <summary>True when a chosen account of the same address stands on this page.</summary>
    public bool IsFurtherOnPage(ShopContact contact)
        => IsAccount(contact) && _onPage[EmailAddress.KeyOf(contact.Email ?? "")].Any(other => IsChosenBefore(other, contact));

    /// <summary>True when another account bears the data of this one's card.</summary>
    public bool IsFurther(ShopContact contact, PersonFacts person) => IsFurtherOnPage(contact)
        || TakesPlace(contact, person) && _gone?.Contains(person.HolderId!) != true
            && OneAccountPerAddress.Precedes(person.AccountRead!.Value, contact);

    /// <summary>True when another account bore the data of this one's card until now.</summary>
    public static bool TakesPlace(ShopContact contact, PersonFacts person)
        => IsAccount(contact) && person.HolderId is { } holder && holder != contact.SourceId;

    /// <summary>What an account says about the two channels: one that takes the place of another opts nobody in again.</summary>
    public static (Consent Email, Consent Sms) Heard(ShopContact contact, PersonFacts person) => TakesPlace(contact, person)
        ? (OneAccountPerAddress.OfSuccessor(contact.EmailConsent, person.Email), OneAccountPerAddress.OfSuccessor(contact.SmsConsent, person.Sms))
        : (contact.EmailConsent, contact.SmsConsent);

    static bool IsAccount(ShopContact contact) => contact is { HasAccount: true, SourceId: not null };

    static bool IsChosenBefore(ShopContact one, ShopContact other)
        => one.SourceId != other.SourceId && OneAccountPerAddress.Precedes(one, other);
}
