namespace Pomost.Rules.Tests;

public class ShopRecordChangeTests
{
    static readonly DateTimeOffset Modified = Given.Noon;
    static readonly DateTimeOffset Now = Given.Noon.AddHours(1);

    [Theory]
    [InlineData(ConsentState.Granted, ConsentState.Granted)]
    [InlineData(ConsentState.Withdrawn, ConsentState.Withdrawn)]
    public void What_the_shop_said_before_is_no_news(ConsentState read, ConsentState seen)
        => Assert.Equal(ShopReading.Nothing, Read(new Consent(read), Seen(seen)));

    [Theory]
    [InlineData(ConsentState.Granted, ConsentState.Withdrawn)]
    [InlineData(ConsentState.Withdrawn, ConsentState.Granted)]
    [InlineData(ConsentState.Granted, ConsentState.NoStatement)]
    public void Another_state_than_before_was_said_when_the_record_changed(ConsentState read, ConsentState seen)
    {
        Assert.Equal(new Consent(read, Modified), Read(new Consent(read), Seen(seen), Modified).Statement);
        Assert.Equal(new Consent(read, Now), Read(new Consent(read), Seen(seen), null).Statement);
        Assert.Equal(new Consent(read, Now), Read(new Consent(read), Seen(seen), Now.AddMinutes(5)).Statement);
    }

    [Fact]
    public void At_the_first_look_a_consent_has_no_date_and_a_withdrawal_that_of_the_record()
    {
        Assert.Equal(new Consent(ConsentState.Granted), Read(new Consent(ConsentState.Granted), ShopMemory.Blank, Modified).Statement);
        Assert.Equal(new Consent(ConsentState.Withdrawn, Modified), Read(new Consent(ConsentState.Withdrawn), ShopMemory.Blank, Modified).Statement);
        Assert.Equal(new Consent(ConsentState.Withdrawn), Read(new Consent(ConsentState.Withdrawn), ShopMemory.Blank, null).Statement);
    }

    [Fact]
    public void Two_changes_of_mind_within_a_second_keep_their_order()
    {
        var first = new Consent(ConsentState.Withdrawn, Modified);
        var second = Read(new Consent(ConsentState.Granted), Seen(ConsentState.Withdrawn), Modified, first);
        Assert.Equal(ConsentState.Granted, Holds(first, second).State);
    }

    [Theory]
    [InlineData(-1440)]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1440)]
    public void A_change_of_what_the_shop_agreed_with_is_later_whatever_its_clock_says(int minutesAhead)
    {
        var dated = new Consent(ConsentState.Withdrawn, Now.AddMinutes(minutesAhead), ConsentSource.AccountPage);
        var optIn = new Consent(ConsentState.Granted, Now.AddMinutes(-1), ConsentSource.Callback);
        Assert.Equal(ConsentState.Withdrawn, Holds(optIn, Read(dated, Seen(ConsentState.Granted), null, optIn)).State);
        Assert.True(Holds(optIn, Read(dated, Seen(ConsentState.Granted), null, optIn)).At <= Now.AddMilliseconds(1));

        var optOut = optIn with { State = ConsentState.Withdrawn };
        var ticked = dated with { State = ConsentState.Granted };
        Assert.Equal(ConsentState.Granted, Holds(optOut, Read(ticked, Seen(ConsentState.Withdrawn), null, optOut)).State);
    }

    [Fact]
    public void A_consent_that_the_shop_gave_without_having_heard_of_the_opt_out_proves_nothing()
    {
        var unsubscribed = new Consent(ConsentState.Withdrawn, Now, ConsentSource.Callback);
        var ticked = Read(new Consent(ConsentState.Granted), Seen(ConsentState.NoStatement), Modified, unsubscribed);
        Assert.Equal(unsubscribed, Holds(unsubscribed, ticked));
    }

    [Fact]
    public void A_cleared_field_says_nothing() => Assert.Equal(ShopReading.Nothing, Read(Consent.None, Seen(ConsentState.Granted)));

    [Theory]
    [InlineData(0)]
    [InlineData(3600)]
    [InlineData(86400 * 7)]
    public void A_copy_from_before_our_writing_is_no_statement_however_often_it_comes(int seconds)
    {
        var memory = Wrote(ConsentState.Withdrawn, before: new RecordedState(ConsentState.Granted), recordModifiedAt: Now);
        var reading = ShopRecordChange.Of(new Consent(ConsentState.Granted), memory, Modified, Now.AddSeconds(seconds), Consent.None);
        Assert.Equal(ShopReading.OldCopy, reading);
    }

    [Fact]
    public void A_dated_value_from_before_our_writing_is_no_statement_and_a_younger_one_is()
    {
        var before = new RecordedState(ConsentState.Granted, Modified);
        var memory = Wrote(ConsentState.Withdrawn, before, Now);
        Assert.True(ReadLater(memory, new Consent(ConsentState.Granted, Modified), Modified).IsOldCopy);
        Assert.True(ReadLater(memory, new Consent(ConsentState.Granted, Modified.AddDays(-1)), Modified).IsOldCopy);
        // The shop's clock may be behind ours, but not behind itself.
        Assert.False(ReadLater(memory, new Consent(ConsentState.Granted, Modified.AddMinutes(1)), Modified).IsOldCopy);
    }

    [Fact]
    public void A_tick_after_our_writing_is_a_statement_when_the_record_is_younger()
    {
        var memory = Wrote(ConsentState.Withdrawn, new RecordedState(ConsentState.Granted), Now);
        var reading = ReadLater(memory, new Consent(ConsentState.Granted), Now.AddSeconds(20));
        Assert.Equal((ConsentState.Granted, true), (reading.Statement.State, reading.IsLater));
    }

    [Fact]
    public void Without_dates_of_records_a_tick_counts_once_no_copy_can_be_so_old()
    {
        var memory = Wrote(ConsentState.Withdrawn, new RecordedState(ConsentState.Granted), null);
        Assert.True(ShopRecordChange.Of(new Consent(ConsentState.Granted), memory, null, Now.AddMinutes(9), Withdrawn).IsOldCopy);
        Assert.False(ShopRecordChange.Of(new Consent(ConsentState.Granted), memory, null, Now.AddMinutes(10), Withdrawn).IsOldCopy);
    }

    [Fact]
    public void A_value_that_the_shop_did_not_keep_changes_nothing_that_is_remembered()
    {
        var memory = ShopRecordChange.RememberOwn(
            Seen(ConsentState.Granted), new OwnWriting(ConsentState.Withdrawn, Now, IsKept: false), null, new RecordedState(ConsentState.Granted), Now);
        Assert.Equal(ShopReading.Nothing, ReadLater(memory, new Consent(ConsentState.Granted), Now.AddHours(1)));
        Assert.Equal(ShopReading.Nothing, ReadLater(memory, new Consent(ConsentState.Withdrawn), Now.AddHours(1)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Our_own_earlier_writing_that_shows_late_is_no_choice(bool isSeen)
    {
        // Granted was written and not seen; then withdrawn was written, over a copy that still said withdrawn.
        var doubted = ShopRecordChange.RememberOwn(
            Seen(ConsentState.Withdrawn), new OwnWriting(ConsentState.Granted, Now.AddMinutes(-1), IsKept: false) { WrittenAs = Modified }, null, null, null);
        var memory = ShopRecordChange.RememberOwn(
            doubted, new OwnWriting(ConsentState.Withdrawn, Now, isSeen) { DatedRecord = true }, new RecordedState(ConsentState.Withdrawn),
            new RecordedState(ConsentState.Withdrawn), Modified.AddSeconds(30), isInDoubt: true);
        Assert.True(Read(new Consent(ConsentState.Granted), memory, Modified, Withdrawn).IsOldCopy);
    }

    [Fact]
    public void A_record_older_than_our_writing_that_was_not_seen_yet_is_an_old_copy()
    {
        var memory = ShopRecordChange.RememberOwn(
            Seen(ConsentState.Withdrawn), new OwnWriting(ConsentState.Withdrawn, Now, IsKept: false) { WrittenAs = Modified.AddSeconds(30) },
            new RecordedState(ConsentState.Withdrawn), null, null, isInDoubt: true);
        var ours = new Consent(ConsentState.Granted, Now.AddMinutes(-1));
        Assert.True(Read(ours, memory, Modified, Withdrawn).IsOldCopy);
        Assert.False(Read(ours, memory, Modified.AddSeconds(40), Withdrawn).IsOldCopy);
    }

    [Fact]
    public void A_record_from_before_our_writing_is_an_old_copy_whatever_date_its_value_bears()
    {
        var memory = Wrote(ConsentState.Withdrawn, new RecordedState(ConsentState.Granted), Modified.AddMinutes(1));
        var read = new Consent(ConsentState.Granted, Now.AddSeconds(-30));
        Assert.True(Read(read, memory, Modified.AddSeconds(30), Withdrawn).IsOldCopy);
        Assert.False(Read(read, memory, Modified.AddMinutes(2), Withdrawn).IsOldCopy);
        Assert.False(ShopRecordChange.Of(read, memory, Modified.AddSeconds(30), Now.Add(ShopRecordChange.OldCopiesLive), Withdrawn).IsOldCopy);
    }

    [Fact]
    public void A_value_that_flaps_after_it_was_not_kept_is_the_plug_ins()
    {
        var memory = ShopRecordChange.RememberOwn(
            Seen(ConsentState.Granted), new OwnWriting(ConsentState.Withdrawn, Now, IsKept: false), null, null, Now);
        memory = ShopRecordChange.Remember(memory, new Consent(ConsentState.Withdrawn), Now, Now);
        Assert.True(ReadLater(memory, new Consent(ConsentState.Granted), Now.AddHours(1)).IsOldCopy);
    }

    [Fact]
    public void Of_two_choices_in_the_shop_the_first_may_come_back_from_a_copy()
    {
        var memory = ShopRecordChange.Remember(Seen(ConsentState.Granted), new Consent(ConsentState.Withdrawn), Modified, Now);
        Assert.True(ShopRecordChange.Of(new Consent(ConsentState.Granted), memory, Modified, Now.AddSeconds(60), Withdrawn).IsOldCopy);
        Assert.False(ShopRecordChange.Of(new Consent(ConsentState.Granted), memory, Modified, Now.AddSeconds(90), Withdrawn).IsOldCopy);
        Assert.False(ShopRecordChange.Of(new Consent(ConsentState.Granted), memory, Modified.AddSeconds(1), Now.AddSeconds(10), Withdrawn).IsOldCopy);
        // An opt-out is believed at once.
        var ticked = ShopRecordChange.Remember(Seen(ConsentState.Withdrawn), new Consent(ConsentState.Granted), Modified, Now);
        Assert.False(ShopRecordChange.Of(new Consent(ConsentState.Withdrawn), ticked, Modified, Now.AddSeconds(1), Consent.None).IsOldCopy);
    }

    [Fact]
    public void An_opt_out_is_not_lost_when_the_shops_clock_was_set_back()
    {
        var memory = Seen(ConsentState.Granted) with { Seen = new RecordedState(ConsentState.Granted, Now), SeenModifiedAt = Now };
        var reading = ShopRecordChange.Of(
            new Consent(ConsentState.Withdrawn, Now.AddHours(-1)), memory, Now.AddHours(-1), Now.AddMinutes(1), new Consent(ConsentState.Granted, Now));
        Assert.Equal((ConsentState.Withdrawn, true), (reading.Statement.State, reading.IsLater));
    }

    [Fact]
    public void A_value_that_changed_beneath_the_date_of_the_value_before_has_no_date()
    {
        var memory = Seen(ConsentState.Granted) with { Seen = new RecordedState(ConsentState.Granted, Modified) };
        Assert.Equal(new Consent(ConsentState.Withdrawn), ShopRecordChange.WithOwnDate(new Consent(ConsentState.Withdrawn, Modified, ConsentSource.AccountPage), memory));
        var dated = new Consent(ConsentState.Withdrawn, Modified.AddSeconds(1), ConsentSource.AccountPage);
        Assert.Equal(dated, ShopRecordChange.WithOwnDate(dated, memory));
    }

    static readonly Consent Withdrawn = new(ConsentState.Withdrawn, Now, ConsentSource.Callback);

    static ShopMemory Seen(ConsentState state) => new() { Seen = new RecordedState(state) };

    static ShopMemory Wrote(ConsentState state, RecordedState before, DateTimeOffset? recordModifiedAt) => ShopRecordChange.RememberOwn(
        new ShopMemory { Seen = before, SeenModifiedAt = Modified }, new OwnWriting(state, Now, IsKept: true) { DatedRecord = recordModifiedAt > Modified },
        null, null, recordModifiedAt);

    static ShopReading Read(Consent read, ShopMemory memory, DateTimeOffset? modified = null, Consent? onRecord = null)
        => ShopRecordChange.Of(read, memory, modified, Now, onRecord ?? Consent.None);

    static ShopReading ReadLater(ShopMemory memory, Consent read, DateTimeOffset modified)
        => ShopRecordChange.Of(read, memory, modified, Now.AddHours(2), Withdrawn);

    static Consent Holds(Consent onRecord, ShopReading reading) => LearnedStatement.Of(onRecord, reading.Statement, Now, reading.IsLater);
}
