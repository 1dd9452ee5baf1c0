namespace Pomost.Hub;

/// <summary>What a note says.</summary>
/// <param name="IsPrivate">For its author alone, as the caller says.</param>
public sealed record NoteContent(string Note, bool IsPrivate, string? Author);

/// <summary>Something to be done about a contact.</summary>
/// <param name="Cc">Who else is told.</param>
/// <param name="Reminder">How long before: <c>_15_MIN</c> to <c>_1_WEEK</c>; null = none.</param>
/// <param name="IsFinished">Done, and in no list any more.</param>
public sealed record TaskContent(string Note, DateTimeOffset? At, string? Cc, string? Reminder, bool IsFinished);

/// <summary>A coupon of a contact; its code is the item's key.</summary>
/// <param name="ValidUntil">Null = without end.</param>
/// <param name="UsedAt">Null = not used.</param>
public sealed record CouponContent(string? Name, DateTimeOffset? ValidUntil, DateTimeOffset? UsedAt);
