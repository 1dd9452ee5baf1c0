namespace Pomost.Engine;

/// <summary>Why a mail was written.</summary>
public enum MailKind
{
    /// <summary>Asks a new person to confirm their address.</summary>
    Confirmation,

    /// <summary>Tells the owner of an address that somebody tried to register with it.</summary>
    AddressInUse,

    /// <summary>Carries the link that changes a person's address, to the new one.</summary>
    AddressChange,

    /// <summary>Tells the old address that a change was asked for, or made.</summary>
    AddressChangeNotice,

    /// <summary>Carries the link to a new password.</summary>
    PasswordReset,

    /// <summary>Tells a person that a way to log in as them was added, changed or taken away.</summary>
    AccessNotice,

    /// <summary>Asks somebody to join a team.</summary>
    Invitation,

    /// <summary>Tells of trouble, or of its end.</summary>
    Alert,

    /// <summary>Tells that a long export has ended.</summary>
    ExportEnded,
}

/// <summary>Where a mail stands.</summary>
public enum MailState
{
    /// <summary>There was no mail server: it lies here to be read.</summary>
    Kept,

    /// <summary>It is going to be sent.</summary>
    Waiting,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>The mail server did not take it for a day.</summary>
    GivenUp,
}

/// <summary>A mail to a person of this installation. Never one to a contact.</summary>
public sealed record KeptMail
{
    /// <summary>0 when not yet stored.</summary>
    public long Id { get; init; }

    public required MailKind Kind { get; init; }

    public required string Recipient { get; init; }

    public required string Subject { get; init; }

    /// <summary>The encrypted letter.</summary>
    public required string ProtectedLetter { get; init; }

    public required MailState State { get; init; }

    public int Attempts { get; init; }

    /// <summary>What the mail server said last.</summary>
    public string? Problem { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }
}

/// <summary>Mails that were written, for thirty days.</summary>
public interface IMails
{
    /// <summary>Stores a mail, with its state; gives it with id and time.</summary>
    Task<KeptMail> AddAsync(KeptMail mail, CancellationToken ct);

    /// <summary>Newest first.</summary>
    /// <param name="before">Only mails with a smaller number; null = from the newest.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<KeptMail>> ListAsync(long? before, int max, CancellationToken ct);

    Task<KeptMail?> FindAsync(long id, CancellationToken ct);

    /// <summary>Takes waiting mails that are due, oldest first; for the given time nobody else takes them.</summary>
    Task<IReadOnlyList<KeptMail>> TakeAsync(int max, TimeSpan lease, CancellationToken ct);

    /// <summary>Notes that a mail was taken by the server, and what of it is kept.</summary>
    Task SentAsync(long id, string protectedLetter, CancellationToken ct);

    /// <summary>Notes that it was not.</summary>
    /// <param name="id">The mail.</param>
    /// <param name="problem">What the server said.</param>
    /// <param name="nextTryAt">When it is tried again, UTC; null = never.</param>
    /// <param name="ct">Cancels.</param>
    Task NotSentAsync(long id, string problem, DateTimeOffset? nextTryAt, CancellationToken ct);

    /// <summary>Removes mails written before this time, at most so many; gives how many.</summary>
    Task<int> RemoveAsync(DateTimeOffset before, int max, CancellationToken ct);
}

/// <summary>The mail server of this installation.</summary>
public interface IMailServer
{
    /// <summary>False when none is set.</summary>
    bool IsSet { get; }

    /// <summary>Sends one message.</summary>
    /// <param name="to">Address.</param>
    /// <param name="subject">One line.</param>
    /// <param name="text">Plain text.</param>
    /// <param name="html">The same as HTML; null = text alone.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Contract.RetryLaterException">The mail server did not take it, or did not answer in time.</exception>
    /// <exception cref="Contract.SkipRecordException">It can never be sent: its address is none, or the mail server does not know it.</exception>
    Task SendAsync(string to, string subject, string text, string? html, CancellationToken ct);
}
