namespace Pomost.Hub;

/// <summary>The caller asked for something that cannot be done; the message goes out in the protocol's own shape.</summary>
internal sealed class HubRefusal(string message, int status = StatusCodes.Status200OK, int reasonCode = HubRefusal.FreeText) : Exception(message)
{
    public const int AuthenticationFailed = 10;
    public const int ExceedsLimits = 11;
    public const int WasTrimmed = 12;
    public const int RequiredFieldMissing = 13;
    public const int WrongType = 14;
    public const int NotUnique = 15;
    public const int UnknownResource = 16;
    public const int RequiredSetToNull = 17;
    public const int PatternNotMatched = 18;
    public const int FreeText = 19;

    /// <summary>HTTP status of a v2 answer. Business errors are 200 there, as in the original.</summary>
    public int Status => status;

    /// <summary>Number of the error in v3 answers.</summary>
    public int ReasonCode => reasonCode;

    public static HubRefusal NotAuthenticated() => new("Not authenticated", reasonCode: AuthenticationFailed);

    public static HubRefusal ContactNotFound() => new("Contact not found");

    /// <summary>Nothing is wrong with the request; there is no room for it now.</summary>
    public static HubRefusal Busy() => new("Too much at once, try again in a few seconds", StatusCodes.Status503ServiceUnavailable);

    public static HubRefusal Missing(string field) => new(field + " is required", reasonCode: RequiredFieldMissing);
}
