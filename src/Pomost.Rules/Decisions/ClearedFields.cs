namespace Pomost.Rules;

/// <summary>Fields that a person emptied in the shop.</summary>
[Rule(
    "cleared-fields",
    "A name, company, phone, date of birth or part of the address that was sent and is empty in the account now is emptied at the destination, too. " +
    "What the account never held is left alone there, and an order or a subscriber's record empties nothing.",
    "FAQ, question 2: changes of the account follow; derived: a value that came from elsewhere is not the shop's to remove")]
public static class ClearedFields
{
    /// <summary>The contact with an empty text for each field to empty; null still means keep. Never throws.</summary>
    /// <param name="contact">As <see cref="ContactToSend"/> made it of <paramref name="read"/>.</param>
    /// <param name="read">The account as read now.</param>
    /// <param name="before">The account as read when it was last sent; null = it never was.</param>
    public static OutgoingContact Of(OutgoingContact contact, ShopContact read, ShopContact? before)
    {
        if (before is null || !read.HasAccount)
            return contact with { Address = Told(contact.Address) };
        var whole = read.IsWholeRecord;
        return contact with
        {
            Name = contact.Name ?? Cleared(
                ContactToSend.Joined(before.FirstName, before.LastName), whole || read.FirstName is not null || read.LastName is not null),
            Company = contact.Company ?? Cleared(before.Company, whole || read.Company is not null),
            Phone = contact.Phone ?? Cleared(before.Phone, whole || read.Phone is not null),
            Address = AddressOf(contact.Address, read.BillingAddress, before.BillingAddress, whole),
            BirthDate = contact.BirthDate ?? (whole && before.BirthDate is not null ? OutgoingContact.NoBirthDate : null),
        };
    }

    static PostalAddress? AddressOf(PostalAddress? sent, PostalAddress? read, PostalAddress? before, bool whole)
    {
        var parts = new PostalAddress(
            Part(sent?.Street, read?.Street, before?.Street, whole),
            Part(sent?.PostCode, read?.PostCode, before?.PostCode, whole),
            Part(sent?.City, read?.City, before?.City, whole),
            Part(sent?.Country, read?.Country, before?.Country, whole),
            Part(sent?.Region, read?.Region, before?.Region, whole));
        return parts == new PostalAddress() ? null : parts;
    }

    static string? Part(string? sent, string? read, string? before, bool whole)
        => PlainText.Present(sent) ?? Cleared(before, whole || read is not null);

    // Nobody told the destination these empty parts: they are no more than absent there.
    static PostalAddress? Told(PostalAddress? address) => AddressOf(address, null, null, whole: false);

    static string? Cleared(string? before, bool isEmptyNow) => isEmptyNow && !string.IsNullOrWhiteSpace(before) ? "" : null;
}
