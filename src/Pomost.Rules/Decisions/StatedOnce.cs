namespace Pomost.Rules;

/// <summary>A state is sent when it is new.</summary>
[Rule(
    "stated-once",
    "A newsletter or SMS state is sent when it changed, never again with a later change of name or address: " +
    "whoever unsubscribed at SALESmanago meanwhile stays unsubscribed.",
    "derived: SALESmanago applies each forced opt-in, also an old one")]
public static class StatedOnce
{
    /// <summary>The contact with only those states that the destination was not told yet. Never throws.</summary>
    /// <param name="contact">With the states that hold.</param>
    /// <param name="toldHash">Hash of what the destination has or is owed (<see cref="ContactToSend.HashOf"/>); null = nothing yet.</param>
    public static OutgoingContact Of(OutgoingContact contact, string? toldHash)
    {
        if (toldHash is null)
            return contact;
        var (email, sms) = ContactToSend.StatesIn(toldHash);
        return contact with
        {
            EmailConsent = contact.EmailConsent == email ? ConsentState.NoStatement : contact.EmailConsent,
            SmsConsent = contact.SmsConsent == sms ? ConsentState.NoStatement : contact.SmsConsent,
        };
    }
}
