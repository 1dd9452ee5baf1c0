namespace Pomost.Rules;

/// <summary>Without a usable address there is no contact card.</summary>
[Rule(
    "reachable-address",
    "A person without a usable e-mail address (at most 254 characters, 64 before the @) cannot be sent; the record is listed with the reason. " +
    "Addresses under .invalid are placeholders for erased people and are skipped.",
    "derived: SALESmanago knows a contact by e-mail (API v2, contact fields)")]
public static class ReachableAddress
{
    /// <summary>Says whether the address can be used. Never throws.</summary>
    /// <param name="email">The address as the shop gave it.</param>
    /// <param name="address">The checked address when the answer allows it.</param>
    public static RuleAnswer Ask(string? email, out EmailAddress? address)
    {
        if (!EmailAddress.TryParse(email, out address, out var problem))
            return new RuleAnswer("reachable-address", problem.Value, false, "email");
        if (address.Key.EndsWith(".invalid", StringComparison.Ordinal))
        {
            address = null;
            return new RuleAnswer("reachable-address", ReasonCode.EmailAnonymised, false, "email");
        }

        return new RuleAnswer("reachable-address", ReasonCode.Allowed, true);
    }
}
