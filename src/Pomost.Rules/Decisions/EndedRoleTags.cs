namespace Pomost.Rules;

/// <summary>Automatic tags whose reason has ended.</summary>
[Rule(
    "ended-role-tags",
    "The automatic tag of a role (wholesaler) is taken away when the account loses the role, if Pomost gave it. rejestracja and newsletter say how a person came " +
    "and stay; tags of the settings, of exports and those typed by people are never taken away.",
    "FAQ, question on tags: which tags are made automatically; taking away is derived: the tag says what the person is now")]
public static class EndedRoleTags
{
    /// <summary>The tags to take away, as they are stored. Never throws.</summary>
    /// <param name="before">The account as read when its tags were given; null = it was not read yet.</param>
    /// <param name="now">The account as read now.</param>
    /// <param name="alsoGiven">Tags that other rules give.</param>
    public static IReadOnlyList<string> Of(ShopContact? before, ShopContact now, IReadOnlyCollection<string> alsoGiven)
        => before is { IsWholesaler: true } && now is { HasAccount: true, IsWholesaler: false }
            ? [.. new[] { TagInput.Normalise(AutomaticTags.Wholesaler) }.Except(alsoGiven, TagComparer.Instance)] : [];
}
