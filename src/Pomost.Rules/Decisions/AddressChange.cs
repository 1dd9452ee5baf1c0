namespace Pomost.Rules;

/// <summary>What becomes of a person's card when the account gets another address.</summary>
[Rule(
    "address-change",
    "When an account gets another e-mail address, its card at SALESmanago gets it, too (newEmail), and keeps consents, tags and purchases. " +
    "A card that the new address has already is used instead, and so is a new one while another store still knows the person by the former address: the former card then stays as it is.",
    "FAQ, question 2: changes follow, a change of the e-mail address too; two cards of one person cannot be merged through the API (derived)")]
public static class AddressChange
{
    /// <summary>Whether the card moves to the new address. Never throws.</summary>
    /// <param name="formerHasCard">The destination has, or is owed, a card under the former address.</param>
    /// <param name="newHasCard">The same of the new address.</param>
    /// <param name="formerIsShared">Another store of the account with the same destination knows the former address.</param>
    public static bool MovesCard(bool formerHasCard, bool newHasCard, bool formerIsShared) => formerHasCard && !newHasCard && !formerIsShared;
}
