using System.Reflection;
using System.Text;

namespace Pomost.Rules.Tests;

public class ContactToSendTests
{
    static readonly OutgoingContact Full = Given.Outgoing(Given.Contact, "REJESTRACJA");

    static readonly Dictionary<string, OutgoingContact> OneFieldChanged = new(StringComparer.Ordinal)
    {
        [nameof(OutgoingContact.Email)] = Full with { Email = "jan@sklep.example" },
        [nameof(OutgoingContact.Name)] = Full with { Name = "Anna Żółw" },
        [nameof(OutgoingContact.Company)] = Full with { Company = null },
        [nameof(OutgoingContact.Phone)] = Full with { Phone = "" },
        [nameof(OutgoingContact.ExternalId)] = Full with { ExternalId = "18" },
        [nameof(OutgoingContact.Address)] = Full with { Address = Full.Address! with { City = "Lodz" } },
        [nameof(OutgoingContact.BirthDate)] = Full with { BirthDate = new DateOnly(1990, 5, 18) },
        [nameof(OutgoingContact.Gender)] = Full with { Gender = Gender.Male },
        [nameof(OutgoingContact.Language)] = Full with { Language = "en" },
        [nameof(OutgoingContact.EmailConsent)] = Full with { EmailConsent = ConsentState.Withdrawn },
        [nameof(OutgoingContact.SmsConsent)] = Full with { SmsConsent = ConsentState.Granted },
    };

    [Fact]
    public void Everything_the_rule_names_is_sent()
    {
        Assert.Equal(
            (Full.Email, Full.Name, Full.Company, Full.Phone, Full.ExternalId, Full.BirthDate, Full.Gender, Full.Language),
            ("anna@sklep.example", "Anna Żółć", "Buty i spółka", "+48 600 100 200", "17", new DateOnly(1990, 5, 17), Gender.Female, "pl"));
        Assert.Equal(Given.Contact.BillingAddress, Full.Address);
        Assert.Equal((ConsentState.Granted, ConsentState.NoStatement), (Full.EmailConsent, Full.SmsConsent));
        Assert.Equal(["REJESTRACJA"], Full.Tags);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", " ", null)]
    [InlineData("Anna", null, "Anna")]
    [InlineData(null, " Żak ", "Żak")]
    [InlineData(" Anna ", "Żak", "Anna Żak")]
    public void First_and_last_name_are_one_field(string? first, string? last, string? expected) => Assert.Equal(expected, ContactToSend.Joined(first, last));

    [Fact]
    public void Equal_content_has_one_hash()
    {
        Assert.Equal(ContactToSend.HashOf(Full), ContactToSend.HashOf(Given.Outgoing(Given.Contact with { }, "REJESTRACJA")));
        Assert.Matches("^[0-9a-f]{32}-[012][012]$", ContactToSend.HashOf(Full));
    }

    [Fact]
    public void Each_field_changes_the_hash()
    {
        var hashes = OneFieldChanged.Values.Append(Full).Select(ContactToSend.HashOf).ToList();
        Assert.Equal(hashes.Count, hashes.Distinct(StringComparer.Ordinal).Count());

        // How it is sent, not what the destination will have.
        string[] way =
        [
            nameof(OutgoingContact.Tags), nameof(OutgoingContact.RemoveTags), nameof(OutgoingContact.Former),
            nameof(OutgoingContact.EmailIsLater), nameof(OutgoingContact.EmailMadeAfter), nameof(OutgoingContact.SmsIsLater), nameof(OutgoingContact.SmsMadeAfter),
        ];
        var fields = typeof(OutgoingContact).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(field => field.Name).Except(way);
        Assert.Equal(fields.Order(StringComparer.Ordinal), OneFieldChanged.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Street")]
    [InlineData("PostCode")]
    [InlineData("City")]
    [InlineData("Country")]
    [InlineData("Region")]
    public void Each_part_of_the_address_changes_the_hash(string part)
    {
        var changed = Full.Address! with { };
        typeof(PostalAddress).GetProperty(part)!.SetValue(changed, "x");
        Assert.NotEqual(ContactToSend.HashOf(Full), ContactToSend.HashOf(Full with { Address = changed }));
    }

    [Fact]
    public void A_cleared_part_of_the_address_is_not_an_absent_one()
        => Assert.NotEqual(HashOf(new PostalAddress(City: "")), HashOf(new PostalAddress(City: null)));

    [Fact]
    public void Tags_do_not_change_the_hash()
        => Assert.Equal(ContactToSend.HashOf(Full), ContactToSend.HashOf(Full with { Tags = ["VIP"], RemoveTags = ["GOSC"] }));

    [Fact]
    public void Composed_and_decomposed_letters_have_one_hash()
    {
        var decomposed = Given.Contact with
        {
            FirstName = Given.Contact.FirstName!.Normalize(NormalizationForm.FormD),
            LastName = Given.Contact.LastName!.Normalize(NormalizationForm.FormD),
            Company = Given.Contact.Company!.Normalize(NormalizationForm.FormD),
            BillingAddress = new PostalAddress(
                "Długa 1/2 ".Normalize(NormalizationForm.FormD), " 00-001", "Łódź".Normalize(NormalizationForm.FormD), "PL", "łódzkie".Normalize(NormalizationForm.FormD)),
        };
        Assert.NotEqual(Given.Contact.LastName, decomposed.LastName);
        Assert.Equal(ContactToSend.HashOf(Full), ContactToSend.HashOf(Given.Outgoing(decomposed, "REJESTRACJA")));
    }

    [Fact]
    public void Half_a_character_in_a_name_does_not_stop_the_contact()
        => Assert.Equal("Anna\uFFFD", Given.Outgoing(Given.Contact with { FirstName = "Anna" + (char)0xD83D, LastName = null }).Name);

    static string HashOf(PostalAddress address) => ContactToSend.HashOf(Given.Outgoing(Given.Contact with { BillingAddress = address }));
}
