namespace Pomost.Salesmanago;

/// <summary>Keys of the form fields that errors of this client point at.</summary>
public static class SalesmanagoSettings
{
    /// <summary>Address of the account's server.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>Short id of the account.</summary>
    public const string ClientId = "client_id";

    /// <summary>Secret of the account, or the log-in that stands for it.</summary>
    public const string ApiSecret = "api_secret";

    /// <summary>E-mail of the user who owns the contacts.</summary>
    public const string Owner = "owner";

    /// <summary>E-mail of the person who logs in.</summary>
    public const string Email = "email";

    /// <summary>Password of the person who logs in; used once, never kept.</summary>
    public const string Password = "password";

    /// <summary>Key of API v3.</summary>
    public const string ApiV3Key = Contract.IProductDestination.KeySetting;

    /// <summary>Product catalogue of API v3.</summary>
    public const string Catalogue = Contract.IProductDestination.CatalogueSetting;
}
