namespace Pomost.Hub.Tests;

/// <summary>Goal: consent moves only when a flag says so. Method: the whole table of flags over every present state.</summary>
public sealed class ConsentRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(HubConsent.NoStatement, false, false, false, HubConsent.NoStatement, null)]
    [InlineData(HubConsent.NoStatement, true, false, false, HubConsent.Granted, HubConsent.Granted)]
    [InlineData(HubConsent.NoStatement, false, true, false, HubConsent.Withdrawn, HubConsent.Withdrawn)]
    [InlineData(HubConsent.NoStatement, true, true, false, HubConsent.Withdrawn, HubConsent.Withdrawn)]
    [InlineData(HubConsent.Granted, false, false, false, HubConsent.Granted, null)]
    [InlineData(HubConsent.Granted, true, false, false, HubConsent.Granted, null)]
    [InlineData(HubConsent.Granted, false, true, false, HubConsent.Withdrawn, HubConsent.Withdrawn)]
    [InlineData(HubConsent.Granted, true, true, false, HubConsent.Withdrawn, HubConsent.Withdrawn)]
    [InlineData(HubConsent.Withdrawn, false, false, false, HubConsent.Withdrawn, null)]
    [InlineData(HubConsent.Withdrawn, true, false, false, HubConsent.Granted, HubConsent.Granted)]
    [InlineData(HubConsent.Withdrawn, false, true, false, HubConsent.Withdrawn, null)]
    [InlineData(HubConsent.Withdrawn, true, true, false, HubConsent.Withdrawn, null)]
    [InlineData(HubConsent.NoStatement, true, false, true, HubConsent.NoStatement, HubConsent.Requested)]
    [InlineData(HubConsent.Withdrawn, true, false, true, HubConsent.Withdrawn, HubConsent.Requested)]
    [InlineData(HubConsent.Granted, true, false, true, HubConsent.Granted, null)]
    [InlineData(HubConsent.Granted, false, true, true, HubConsent.Withdrawn, HubConsent.Withdrawn)]
    public void Flags_move_the_consent_of_their_own_channel_and_leave_a_statement(
        HubConsent present, bool forceIn, bool forceOut, bool doubleOptIn, HubConsent then, HubConsent? stated)
    {
        foreach (var channel in new[] { HubChannel.Email, HubChannel.Phone })
        {
            var contact = ContactWith(channel, present);
            ContactMerge.SetConsent(new HubChange(Now, [contact], []), contact, channel, new(forceIn, forceOut), doubleOptIn, new("contact/upsert", "owner"));

            var (own, other) = channel == HubChannel.Email
                ? (contact.Card.EmailConsent, contact.Card.PhoneConsent)
                : (contact.Card.PhoneConsent, contact.Card.EmailConsent);
            Assert.Equal(then, own);
            Assert.Equal(HubConsent.NoStatement, other);
            Assert.Equal(stated, contact.Statements is [var statement] ? statement.Consent : null);
        }
    }

    private static TrackedContact ContactWith(HubChannel channel, HubConsent consent)
    {
        var card = new ContactCard { Id = Guid.CreateVersion7(Now), Email = "a@example.test", Owner = "owner", CreatedAt = Now, ModifiedAt = Now };
        card = channel == HubChannel.Email ? card with { EmailConsent = consent } : card with { PhoneConsent = consent };
        return new TrackedContact(card, card, []);
    }
}
