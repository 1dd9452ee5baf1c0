using Pomost.Rules;

namespace Pomost.Salesmanago.Tests;

/// <summary>Goal: a person sees every field that would be sent, and what it is made of.</summary>
public sealed class DescriptionTests
{
    readonly SalesmanagoClient client = new();

    [Fact]
    public void Every_field_of_a_contact_says_what_it_is_made_of()
    {
        var fields = client.Describe(Sample.Anna);

        Assert.All(fields, field => Assert.NotNull(typeof(OutgoingContact).GetProperty(field.Source)));
        // Another address of the person is looked for and told apart, in calls of its own; what is known of a consent's order is never sent.
        string[] notSent =
        [
            nameof(OutgoingContact.Former), nameof(OutgoingContact.EmailIsLater), nameof(OutgoingContact.EmailMadeAfter),
            nameof(OutgoingContact.SmsIsLater), nameof(OutgoingContact.SmsMadeAfter),
        ];
        Assert.Equal(
            typeof(OutgoingContact).GetProperties().Select(property => property.Name).Except(notSent, StringComparer.Ordinal).Order(StringComparer.Ordinal),
            fields.Select(field => field.Source).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Contains(("Address", "contact.address.zipCode", "30-001"), fields.Select(field => (field.Source, field.Name, field.Value)));
        Assert.Contains(("EmailConsent", "forceOptIn", "True"), fields.Select(field => (field.Source, field.Name, field.Value)));
    }

    [Fact]
    public void Every_field_of_an_event_says_what_it_is_made_of()
    {
        var fields = client.Describe(Sample.Purchase);

        Assert.All(fields, field => Assert.NotNull(typeof(OutgoingEvent).GetProperty(field.Source)));
        // The address stands beside the event and not in it.
        Assert.Equal(
            typeof(OutgoingEvent).GetProperties().Select(property => property.Name).Where(name => name != nameof(OutgoingEvent.Email)).Order(StringComparer.Ordinal),
            fields.Select(field => field.Source).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Contains(("Products", "detail3", "1/2.5"), fields.Select(field => (field.Source, field.Name, field.Value)));
    }

    [Fact]
    public void Nobody_said_anything_means_no_field_at_all()
        => Assert.DoesNotContain(client.Describe(Sample.Contact(1)), field => field.Name.StartsWith("force", StringComparison.Ordinal));
}
