using Pomost.Contract;

namespace Pomost.Salesmanago;

/// <summary>Sorts the messages of API v2 by what happens next.</summary>
/// <remarks>Source: <c>SalesManagoError.php</c> of the official library 2.6. Texts for a refused contact or event are not public,
/// so whatever is not listed here is taken to speak of the record.</remarks>
static class MessageCatalogue
{
    /// <summary>Longest first where one text begins another.</summary>
    static readonly (string Text, ConnectionProblem Problem, string Setting)[] ForOperator =
    [
        ("not owner specified", ConnectionProblem.AccountInactive, SalesmanagoSettings.Owner),
        ("invalid owner", ConnectionProblem.AccountInactive, SalesmanagoSettings.Owner),
        ("wrong clientid", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ClientId),
        ("invalid account", ConnectionProblem.AccountInactive, SalesmanagoSettings.ClientId),
        ("already registered", ConnectionProblem.InvalidSetting, SalesmanagoSettings.Email),
        ("permission denied", ConnectionProblem.PermissionMissing, SalesmanagoSettings.ApiSecret),
        ("user not authenticated", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.Password),
        ("not authenticated", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiSecret),
        ("not authorized", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiSecret),
        ("authorization failed", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiSecret),
        ("api key not specified", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiSecret),
        ("token not specified", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiSecret),
        ("integration failed", ConnectionProblem.CredentialsRefused, SalesmanagoSettings.ApiSecret),
    ];

    /// <summary>The server speaks of itself, not of what was sent.</summary>
    static readonly string[] ForLater =
    [
        "token refreshed failed", "items retrieving failed", "integration properties retrieving failed",
        "cannot retrieve properties", "cannot save integration properties", "too many requests",
    ];

    /// <summary>Throws when the messages speak of the account or the server; returns when they speak of the record.</summary>
    public static void ThrowUnlessAboutRecord(IReadOnlyList<string> messages)
    {
        foreach (var (text, problem, setting) in ForOperator)
        {
            if (messages.Any(message => message.Contains(text, StringComparison.OrdinalIgnoreCase)))
                throw new NeedsOperatorException(problem, setting, $"SALESmanago: {RefusalText.Of(messages)}");
        }

        if (messages.Any(message => ForLater.Any(text => message.Contains(text, StringComparison.OrdinalIgnoreCase))))
            throw new RetryLaterException($"SALESmanago: {RefusalText.Of(messages)}");
    }
}
