namespace Pomost.Engine;

/// <summary>An account of the mirror, found by the shop's id.</summary>
/// <param name="Facts">What is known of the person, under the address known so far.</param>
/// <param name="IsShared">True when another store with the same destination knows that address.</param>
public sealed record KnownAccount(ContactFacts Facts, bool IsShared);

/// <summary>An account got another address.</summary>
/// <param name="FormerKey">Key of the address known so far.</param>
/// <param name="EmailKey">Key of the new one.</param>
/// <param name="Moves">True when everything kept under the former address is the new one's from now on; false when the new address is known already:
/// then the former is a person without an account.</param>
public sealed record AddressChangeWrite(string FormerKey, string EmailKey, bool Moves);
