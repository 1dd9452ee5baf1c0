using Pomost.Contract;
using Pomost.Engine;
using Pomost.Panel.Features.Contacts;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Tests;

/// <summary>Goal: nothing that was decided on a contact is missing on its time line, however fast one thing follows another.</summary>
public sealed class ContactTimelineTests
{
    static readonly StoreKey Store = new(1, 1);
    static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_decision_is_an_event_also_when_several_arrived_in_a_row()
    {
        TraceEntry[] traces =
        [
            Trace(4, RecordOutcome.Queued, ReasonCode.OperatorResent), Trace(3, RecordOutcome.Sent, ReasonCode.WrittenToShop), Trace(2, RecordOutcome.Sent, ReasonCode.OperatorTagged),
            Trace(1, RecordOutcome.Sent, ReasonCode.SharingEveryone),
        ];

        var events = ContactTimeline.Of(Card(traces), new PanelTexts(Language.En).Contacts, new Formats(Language.En, TimeZoneInfo.Utc, TimeProvider.System));

        Assert.Equal([4L, 3, 2, 1], events.Select(entry => entry.Decision!.Id));
        Assert.All(events, entry => Assert.Equal(TimelineShow.Data, entry.Show));
    }

    static TraceEntry Trace(long id, RecordOutcome outcome, ReasonCode code) => new(id, Store, ShopStream.Contacts, "7", outcome, code, [], null, null, Noon.AddSeconds(id));

    static ContactCard Card(IReadOnlyList<TraceEntry> traces) => new()
    {
        Row = new ContactRow
        {
            Id = 1,
            Store = Store,
            Email = "anna.maj@poczta.example",
            EmailConsent = ConsentState.NoStatement,
            SmsConsent = ConsentState.NoStatement,
            Tags = [],
            Outcome = RecordOutcome.Sent,
            Code = ReasonCode.SharingEveryone,
            ChangedAt = Noon,
        },
        EmailKey = "anna.maj@poczta.example",
        Contact = new ShopContact { SourceId = "7", Email = "anna.maj@poczta.example" },
        EmailConsent = Consent.None,
        SmsConsent = Consent.None,
        Orders = [],
        Consents = [],
        Traces = traces,
    };
}
