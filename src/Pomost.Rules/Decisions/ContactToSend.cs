using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pomost.Rules;

/// <summary>What of a person is sent.</summary>
[Rule(
    "contact-to-send",
    "Sent of a person: company, name, gender, phone, billing address, birth date when known, and the newsletter state for e-mail and SMS. " +
    "A state nobody stated is left alone at the destination. What the destination already has is not sent again.",
    "FAQ, question 2: which data is passed on")]
public static class ContactToSend
{
    const int DataHashBytes = 16;

    /// <summary>Makes the outgoing contact of a person whose address was checked.</summary>
    /// <param name="contact">The person as read.</param>
    /// <param name="address">The checked address.</param>
    /// <param name="emailConsent">The e-mail statement that holds (<see cref="NewestStatement"/>).</param>
    /// <param name="smsConsent">The SMS statement that holds.</param>
    /// <param name="tags">Tags to add, as stored.</param>
    public static OutgoingContact Of(
        ShopContact contact, EmailAddress address, ConsentState emailConsent, ConsentState smsConsent, IReadOnlyList<string> tags) => new()
        {
            Email = address.Value,
            Name = Joined(contact.FirstName, contact.LastName),
            Company = Present(contact.Company),
            Phone = Present(contact.Phone),
            ExternalId = contact.SourceId,
            Address = Composed(contact.BillingAddress),
            BirthDate = contact.BirthDate,
            Gender = contact.Gender,
            Language = Present(contact.Language),
            EmailConsent = emailConsent,
            SmsConsent = smsConsent,
            Tags = tags,
        };

    /// <summary>A hash of everything but the tags: equal hashes mean there is nothing new to send.</summary>
    /// <returns>32 lower-case hexadecimal characters for the data, a hyphen, and one digit for each channel's state;
    /// not reversible, still personal data.</returns>
    public static string HashOf(OutgoingContact contact)
    {
        var data = contact with { Former = null, Tags = [], RemoveTags = [], EmailConsent = default, SmsConsent = default, EmailIsLater = false, SmsIsLater = false, EmailMadeAfter = null, SmsMadeAfter = null };
        var json = JsonSerializer.SerializeToUtf8Bytes(data, HashContext.Default.OutgoingContact);
        return WithConsents(Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, DataHashBytes)), contact.EmailConsent, contact.SmsConsent);
    }

    /// <summary>The hash of the same data with other consent states: an order changes what a person agreed to, not who they are.</summary>
    /// <param name="hash">A result of <see cref="HashOf"/>.</param>
    /// <param name="email">The e-mail state.</param>
    /// <param name="sms">The SMS state.</param>
    public static string WithConsents(string hash, ConsentState email, ConsentState sms)
        => string.Create(CultureInfo.InvariantCulture, $"{hash.AsSpan(0, DataHashBytes * 2)}-{(int)email}{(int)sms}");

    /// <summary>The consent states within a hash.</summary>
    /// <param name="hash">A result of <see cref="HashOf"/>.</param>
    public static (ConsentState Email, ConsentState Sms) StatesIn(string hash) => ((ConsentState)(hash[^2] - '0'), (ConsentState)(hash[^1] - '0'));

    /// <summary>First and last name in one field, without stray spaces; null when there is neither.</summary>
    public static string? Joined(string? first, string? last) => Present($"{first?.Trim()} {last?.Trim()}");

    static string? Present(string? text) => PlainText.Present(text);

    // Parts the person cleared stay empty, so no Present here.
    static PostalAddress? Composed(PostalAddress? address) => address is null ? null : new PostalAddress(
        Composed(address.Street), Composed(address.PostCode), Composed(address.City), Composed(address.Country), Composed(address.Region));

    static string? Composed(string? text) => text is null ? null : PlainText.Composed(text).Trim();
}

[System.Text.Json.Serialization.JsonSerializable(typeof(OutgoingContact))]
sealed partial class HashContext : System.Text.Json.Serialization.JsonSerializerContext;
