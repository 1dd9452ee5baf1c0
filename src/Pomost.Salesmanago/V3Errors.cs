using System.Net;
using Pomost.Contract;
using Pomost.Salesmanago.Wire;

namespace Pomost.Salesmanago;

/// <summary>One problem API v3 named.</summary>
/// <param name="Code">Reason code.</param>
/// <param name="Field">Field, where the code's message begins with one; else empty.</param>
/// <param name="Message">For a log.</param>
sealed record V3Fault(long Code, string Field, string Message)
{
    /// <summary>Taken, but trimmed.</summary>
    public bool IsWarning => Code == V3Errors.WasTrimmed;
}

/// <summary>Sorts the reason codes of API v3 by what happens next. Source: <c>ApiV3Exception.php</c> of the official library 3.8.</summary>
static class V3Errors
{
    public const long ExceedsLimits = 11;
    public const long WasTrimmed = 12;

    const long AuthenticationFailed = 10;
    const long UnknownResource = 16;
    const long ResourceLimit = 19;

    /// <summary>Problems of an answer; both layouts are in use.</summary>
    public static IReadOnlyList<V3Fault> Of(V3Reply reply)
    {
        if (reply.Problems is { Count: > 0 } problems)
            return [.. problems.Select(problem => Fault(problem.ReasonCode, problem.Message ?? ""))];
        if (reply.ReasonCode is not { } code)
            return [];
        IReadOnlyList<string> messages = reply.Messages.Count > 0 ? reply.Messages : reply.Message;
        return messages.Count == 0 ? [Fault(code, "")] : [.. messages.Select(message => Fault(code, message))];
    }

    /// <summary>Throws for problems of the account; those of a record stay in the answer.</summary>
    public static void ThrowIfForOperator(HttpStatusCode status, V3Reply reply)
    {
        var faults = Of(reply);
        foreach (var fault in faults)
        {
            var found = fault.Code switch
            {
                AuthenticationFailed => (ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiV3Key),
                UnknownResource => (ConnectionProblem.InvalidSetting, SalesmanagoSettings.Catalogue),
                ResourceLimit => (ConnectionProblem.PermissionMissing, SalesmanagoSettings.Catalogue),
                _ => ((ConnectionProblem, string)?)null,
            };
            if (found is var (problem, setting))
                throw new NeedsOperatorException(problem, setting, $"SALESmanago (API v3, {fault.Code}): {fault.Message}");
        }

        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new NeedsOperatorException(ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiV3Key, $"API v3 answered {(int)status}.");
        if ((int)status >= 400 && faults.Count == 0)
            throw new NeedsOperatorException(ConnectionProblem.Other, SalesmanagoSettings.Endpoint, $"API v3 answered {(int)status}.");
    }

    static V3Fault Fault(long code, string message)
    {
        // "field|…|text", and "field:type|text" for a wrong type; some codes carry free text.
        var bar = message.IndexOf('|', StringComparison.Ordinal);
        var field = bar > 0 ? message[..bar].Split(':')[0] : "";
        // "products[2].price": which product is told by the request, which holds one.
        if (field.IndexOf("].", StringComparison.Ordinal) is > 0 and var end)
            field = field[(end + 2)..];
        return new V3Fault(code, field, RefusalText.Of([message]));
    }
}
