using FsCheck;
using FsCheck.Fluent;

namespace Pomost.Rules.Tests;

public class CardStatementTests
{
    static readonly DateTimeOffset At = Given.Noon;

    // On record, on the card, on the card when last read, told to SALESmanago: + granted, - withdrawn, 0 no statement or never read.
    // Then what the card says when it is among the changed, when a callback told it, and at registration: the card's state or nothing (.).
    [Theory]
    [InlineData("+", "+", "0", true, ".", ".", ".")]
    [InlineData("-", "-", "0", true, ".", ".", ".")]
    [InlineData("+", "-", "0", true, "-", "-", "-")]
    [InlineData("+", "-", "0", false, ".", "-", ".")]
    [InlineData("-", "+", "0", true, "+", "+", "+")]
    [InlineData("-", "+", "0", false, ".", "+", "+")]
    [InlineData("0", "-", "0", true, ".", "-", ".")]
    [InlineData("0", "+", "0", true, ".", "+", "+")]
    [InlineData("0", "+", "-", true, "+", "+", "+")]
    [InlineData("0", "-", "+", true, "-", "-", "-")]
    [InlineData("0", "+", "+", true, ".", "+", "+")]
    [InlineData("0", "-", "-", true, ".", "-", ".")]
    [InlineData("0", "0", "0", true, ".", ".", ".")]
    public void A_card_speaks_only_when_its_state_can_be_a_choice(
        string record, string card, string last, bool told, string changed, string callback, string registration)
    {
        var channel = new CardChannel(State(card), last == "0" ? null : State(last), told, At);
        var current = new Consent(State(record), At.AddDays(-1));
        Expect(changed, CardQuestion.Changed, ConsentSource.SalesmanagoCard);
        Expect(callback, CardQuestion.Callback, ConsentSource.Callback);
        Expect(registration, CardQuestion.Registration, ConsentSource.SalesmanagoCard);

        void Expect(string says, CardQuestion question, ConsentSource source) => Assert.Equal(
            says == "." ? Consent.None : new Consent(State(says), At, source), CardStatement.Of(current, channel, question));
    }

    // Two sides change the state in any order; each change reaches the other side before the next is made, or is overtaken by it.
    [Fact]
    public void The_state_that_follows_from_any_interleaving_is_the_newest_choice_on_either_side()
    {
        var choice =
            from side in Gen.Elements("shop", "card")
            from state in Gen.Elements(ConsentState.Granted, ConsentState.Withdrawn)
            from heard in Gen.Elements(true, false)
            select (side, state, heard);
        Prop.ForAll(Gen.Choose(1, 8).SelectMany(count => choice.ArrayOf(count)).ToArbitrary(), Agree).Check(Texts.Thorough);

        static bool Agree((string Side, ConsentState State, bool Heard)[] choices)
        {
            var (mirror, card, told) = (new Consent(ConsentState.Granted, At), ConsentState.Granted, ConsentState.Granted);
            var now = At;
            var newest = ConsentState.Granted;
            foreach (var (side, state, heard) in choices)
            {
                now = now.AddMinutes(1);
                newest = state;
                if (side == "shop")
                {
                    mirror = NewestStatement.Of(mirror, new Consent(state, now));
                    (card, told) = (mirror.State, mirror.State);
                    continue;
                }

                card = state;
                // A lost callback is healed by the next look at the list of changed cards.
                var said = CardStatement.Of(mirror, new CardChannel(card, null, told == mirror.State, now), heard ? CardQuestion.Callback : CardQuestion.Changed);
                mirror = NewestStatement.Of(mirror, said);
                told = mirror.State;
            }

            return mirror.State == newest && card == newest;
        }
    }

    static ConsentState State(string sign) => sign switch { "+" => ConsentState.Granted, "-" => ConsentState.Withdrawn, _ => ConsentState.NoStatement };
}
