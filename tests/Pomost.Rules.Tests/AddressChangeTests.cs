namespace Pomost.Rules.Tests;

public sealed class AddressChangeTests
{
    [Theory]
    [InlineData(true, false, false, true)]
    [InlineData(true, true, false, false)]   // two cards of one person cannot be merged
    [InlineData(true, false, true, false)]   // another store still knows the person by the former address
    [InlineData(true, true, true, false)]
    [InlineData(false, false, false, false)] // never sent: nothing to move
    [InlineData(false, true, false, false)]
    public void A_card_moves_when_it_is_there_alone_and_its_place_is_free(bool formerHasCard, bool newHasCard, bool formerIsShared, bool moves)
        => Assert.Equal(moves, AddressChange.MovesCard(formerHasCard, newHasCard, formerIsShared));
}
