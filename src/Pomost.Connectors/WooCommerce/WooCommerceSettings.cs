using System.Text.RegularExpressions;
using Pomost.Connectors.Module;
using Pomost.Contract;

namespace Pomost.Connectors.WooCommerce;

/// <summary>The form of a WooCommerce shop, and its values checked and ready for use.</summary>
sealed partial class WooCommerceSettings
{
    public const string UrlField = "url";
    public const string KeyField = "consumer_key";
    public const string SecretField = "consumer_secret";
    public const string EmailConsentField = "email_consent_key";
    public const string SmsConsentField = "sms_consent_key";
    public const string AcceptedField = "consent_values";
    public const string SharingField = "sharing_consent_key";
    public const string TagsField = "tags_key";
    public const string GenderField = "gender_key";
    public const string FemaleField = "female_values";
    public const string MaleField = "male_values";
    public const string BirthDateField = "birth_date_key";
    public const string CustomerRolesField = "customer_roles";
    public const string WholesalerRolesField = "wholesaler_roles";
    public const string KeysInQueryField = "keys_in_address";
    public const string ApiPathField = "api_path";
    public const string ModuleSecretField = "module_secret";

    const string KeyPattern = "ck_[0-9a-f]{40}";
    const string SecretPattern = "cs_[0-9a-f]{40}";
    const string MetaKeyPattern = @"[A-Za-z0-9_./:-]{1,255}";

    static readonly Text MetaKeyHelp = new(
        "Nazwa pola: litery bez polskich znaków, cyfry i znaki _ - . / :", "Name of a field: plain letters, digits and _ - . / :");

    public static IReadOnlyList<SettingField> Form { get; } =
    [
        new()
        {
            Key = UrlField,
            Kind = SettingKind.Url,
            Required = true,
            Placeholder = "https://sklep.example",
            Label = new("Adres sklepu", "Shop address"),
            Help = new(
                "Dokładnie taki, jak w WordPressie: Ustawienia → Ogólne → Adres witryny.",
                "Exactly as in WordPress: Settings → General → Site Address."),
        },
        new()
        {
            Key = KeyField,
            Kind = SettingKind.Text,
            Required = true,
            Placeholder = "ck_…",
            Pattern = KeyPattern,
            PatternHelp = new("Klucz klienta zaczyna się od ck_ i ma 43 znaki.", "A consumer key starts with ck_ and has 43 characters."),
            Label = new("Klucz klienta", "Consumer key"),
            Help = new(
                "WooCommerce → Ustawienia → Zaawansowane → REST API → Dodaj klucz. Użytkownik: administrator lub kierownik sklepu, uprawnienia: odczyt i zapis.",
                "WooCommerce → Settings → Advanced → REST API → Add key. User: an administrator or shop manager, permissions: Read/Write."),
        },
        new()
        {
            Key = SecretField,
            Kind = SettingKind.Secret,
            Required = true,
            Placeholder = "cs_…",
            Pattern = SecretPattern,
            PatternHelp = new("Sekret klienta zaczyna się od cs_ i ma 43 znaki.", "A consumer secret starts with cs_ and has 43 characters."),
            Label = new("Sekret klienta", "Consumer secret"),
            Help = new(
                "Pokazywany tylko raz, zaraz po utworzeniu klucza. Jeśli go nie masz, utwórz nowy klucz.",
                "Shown only once, right after the key was made. If it is lost, make a new key."),
        },
        new()
        {
            Key = EmailConsentField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "pomost_newsletter_consent",
            Pattern = MetaKeyPattern,
            PatternHelp = MetaKeyHelp,
            Label = new("Pole ze zgodą na e-mail", "Field with the e-mail consent"),
            Help = new(
                "WooCommerce nie ma własnego pola zgody: zapisuje je wtyczka, w metadanych użytkownika i zamówienia. Podaj nazwę pola, np. mailchimp_woocommerce_is_subscribed.",
                "WooCommerce has no consent field of its own: a plugin keeps it in the metadata of users and orders. Give its name, for example mailchimp_woocommerce_is_subscribed."),
        },
        new()
        {
            Key = SmsConsentField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "pomost_sms_consent",
            Pattern = MetaKeyPattern,
            PatternHelp = MetaKeyHelp,
            Label = new("Pole ze zgodą na SMS", "Field with the SMS consent"),
            Help = new("Jak wyżej, dla SMS-ów.", "As above, for text messages."),
        },
        new()
        {
            Key = AcceptedField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "1,yes,true,on,subscribed",
            Label = new("Wartości oznaczające zgodę", "Values that mean consent"),
            Help = new(
                "Po przecinku; pierwsza jest wpisywana do sklepu. Odmowa to 0, no, false, off lub unsubscribed. Inna wartość albo jej brak nie oznacza niczego.",
                "Separated by commas; the first one is written into the shop. Refusal is 0, no, false, off or unsubscribed. Any other value, or none, means nothing."),
        },
        new()
        {
            Key = SharingField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "pomost_sharing_consent",
            Pattern = MetaKeyPattern,
            PatternHelp = MetaKeyHelp,
            Label = new("Pole zamówienia ze zgodą na przekazanie danych", "Order field with the consent to share data"),
            Help = new(
                "Potrzebne tylko w trybie wysyłania za zgodą. Pytanie o zgodę dodaje do zamówienia nasz moduł i zapisuje w tym polu 1 albo 0.",
                "Needed only when sending by consent. Our module offers the box at the checkout and writes 1 or 0 into this field."),
        },
        new()
        {
            Key = TagsField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "pomost_tags",
            Pattern = MetaKeyPattern,
            PatternHelp = MetaKeyHelp,
            Label = new("Pole z tagami klienta", "Field with the customer's tags"),
            Help = new(
                "WooCommerce nie ma tagów osób: trzymamy je w tym polu metadanych użytkownika, po przecinku. Tagi z SALESmanago mają za dwukropkiem punkty.",
                "WooCommerce keeps no tags of people: they stand in this metadata field of the user, separated by commas. Tags of SALESmanago have their points behind a colon."),
        },
        new()
        {
            Key = GenderField,
            Kind = SettingKind.Text,
            Advanced = true,
            Pattern = MetaKeyPattern,
            PatternHelp = MetaKeyHelp,
            Placeholder = "billing_gender",
            Label = new("Pole z płcią klienta", "Field with the customer's gender"),
            Help = new(
                "WooCommerce nie pyta o płeć: zapisuje ją wtyczka, w metadanych użytkownika. Podaj nazwę pola; puste oznacza, że płci nie wysyłamy.",
                "WooCommerce does not ask for the gender: a plugin keeps it in the metadata of users. Give the field's name; left empty, no gender is sent."),
        },
        new()
        {
            Key = FemaleField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "f,female,woman,k,kobieta,pani,mrs,ms,miss",
            Label = new("Wartości oznaczające kobietę", "Values that mean a woman"),
            Help = new(
                "Po przecinku, wielkość liter jest bez znaczenia. Jeśli sklep zapisuje liczby, wpisz je tutaj, np. 2.",
                "Separated by commas, in capitals or not. If the shop stores numbers, type them here, for example 2."),
        },
        new()
        {
            Key = MaleField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "m,male,man,mężczyzna,pan,mr",
            Label = new("Wartości oznaczające mężczyznę", "Values that mean a man"),
            Help = new(
                "Jak wyżej. Wartość spoza obu list, albo obecna na obu, nie oznacza niczego.",
                "As above. A value on neither list, or on both, means nothing."),
        },
        new()
        {
            Key = BirthDateField,
            Kind = SettingKind.Text,
            Advanced = true,
            Pattern = MetaKeyPattern,
            PatternHelp = MetaKeyHelp,
            Placeholder = "billing_birth_date",
            Label = new("Pole z datą urodzenia", "Field with the date of birth"),
            Help = new(
                "Nazwa pola w metadanych użytkownika; puste oznacza, że daty nie wysyłamy. Czytamy zapisy 1990-04-25, 19900425 i 25.04.1990.",
                "Name of a field in the metadata of users; left empty, no date is sent. Read are 1990-04-25, 19900425 and 25.04.1990."),
        },
        new()
        {
            Key = CustomerRolesField,
            Kind = SettingKind.MultiChoice,
            Advanced = true,
            Default = "customer,subscriber",
            Choices =
            [
                new("customer", new("Klient", "Customer")),
                new("subscriber", new("Subskrybent", "Subscriber")),
            ],
            Label = new("Role klientów", "Roles of customers"),
            Help = new(
                "Konta o innych rolach (np. redaktor) są pomijane, chyba że coś kupiły.",
                "Accounts of other roles (an editor, for instance) are left out unless they bought something."),
        },
        new()
        {
            Key = WholesalerRolesField,
            Kind = SettingKind.MultiChoice,
            Advanced = true,
            Default = "wholesale_customer,wholesaler",
            Label = new("Role hurtowników", "Roles of wholesalers"),
            Help = new("Osoby o tych rolach dostają tag wholesaler.", "People of these roles get the tag wholesaler."),
        },
        new()
        {
            Key = KeysInQueryField,
            Kind = SettingKind.Toggle,
            Advanced = true,
            Default = "false",
            Label = new("Klucze w adresie zapytania", "Keys in the address"),
            Help = new(
                "Dla serwerów, które gubią nagłówek Authorization. Tylko przy https.",
                "For servers that drop the Authorization header. With https only."),
        },
        new()
        {
            Key = ApiPathField,
            Kind = SettingKind.Text,
            Advanced = true,
            Default = "wp-json",
            Pattern = "[A-Za-z0-9_/-]{1,100}",
            PatternHelp = new("Ścieżka bez adresu, np. wp-json.", "A path without the address, for example wp-json."),
            Label = new("Ścieżka API", "API path"),
            Help = new("Zmień tylko, jeśli sklep ma inną niż wp-json.", "Change it only when the shop has another one than wp-json."),
        },
        new()
        {
            Key = ModuleSecretField,
            Kind = SettingKind.Secret,
            Advanced = true,
            Pattern = ModuleSignature.SecretPattern,
            PatternHelp = new("Sekret modułu ma 64 znaki: cyfry i litery od a do f.", "A module's secret has 64 characters: digits and the letters a to f."),
            Label = new("Sekret modułu", "Secret of the module"),
            Help = new(
                "Zostaw puste: Pomost wpisze go sam, gdy pobierzesz moduł dla tego sklepu.",
                "Leave it empty: Pomost fills it in when you download the module for this shop."),
        },
    ];

    WooCommerceSettings(Uri shop, string apiPath) => (Shop, ApiRoot) = (shop, new Uri(shop, apiPath.Trim('/') + "/"));

    /// <summary>Home of the shop, ending with a slash.</summary>
    public Uri Shop { get; }

    /// <summary>Where the API begins, ending with a slash.</summary>
    public Uri ApiRoot { get; }

    public bool IsEncrypted => Shop.Scheme == Uri.UriSchemeHttps;

    public string ConsumerKey { get; private init; } = "";

    public string ConsumerSecret { get; private init; } = "";

    public bool KeysInQuery { get; private init; }

    public string? EmailConsentKey { get; private init; }

    public string? SmsConsentKey { get; private init; }

    public string? SharingConsentKey { get; private init; }

    public string? TagsKey { get; private init; }

    /// <summary>Null = the shop keeps no gender.</summary>
    public string? GenderKey { get; private init; }

    public IReadOnlyList<string> FemaleValues { get; private init; } = [];

    public IReadOnlyList<string> MaleValues { get; private init; } = [];

    /// <summary>Null = the shop keeps no date of birth.</summary>
    public string? BirthDateKey { get; private init; }

    /// <summary>Null = the shop has no module.</summary>
    public string? ModuleSecret { get; private init; }

    /// <summary>Where the module listens.</summary>
    public Uri ModuleAddress => new(ApiRoot, "pomost/v1/call");

    public IReadOnlyList<string> AcceptedValues { get; private init; } = [];

    public IReadOnlySet<string> CustomerRoles { get; private init; } = new HashSet<string>();

    public IReadOnlySet<string> WholesalerRoles { get; private init; } = new HashSet<string>();

    /// <summary>Says whether a field of the shop can be named in the settings.</summary>
    public static bool CanName(string field) => MetaKey().IsMatch(field);

    /// <summary>The settings of a connection.</summary>
    /// <exception cref="NeedsOperatorException">One is missing or malformed.</exception>
    public static WooCommerceSettings Of(SettingValues values) => new(ShopAddress(values.Required(UrlField)), Valid(values, ApiPathField)!)
    {
        ConsumerKey = Valid(values, KeyField) ?? values.Required(KeyField),
        ConsumerSecret = Valid(values, SecretField) ?? values.Required(SecretField),
        KeysInQuery = values[KeysInQueryField] == "true",
        EmailConsentKey = Valid(values, EmailConsentField),
        SmsConsentKey = Valid(values, SmsConsentField),
        SharingConsentKey = Valid(values, SharingField),
        TagsKey = Valid(values, TagsField),
        GenderKey = Valid(values, GenderField),
        FemaleValues = Listed(values, FemaleField),
        MaleValues = Listed(values, MaleField),
        BirthDateKey = Valid(values, BirthDateField),
        ModuleSecret = Valid(values, ModuleSecretField),
        AcceptedValues = Listed(values, AcceptedField),
        CustomerRoles = Listed(values, CustomerRolesField).ToHashSet(StringComparer.Ordinal),
        WholesalerRoles = Listed(values, WholesalerRolesField).ToHashSet(StringComparer.Ordinal),
    };

    /// <summary>The home of a shop from what people paste: with or without scheme, the log-in page, the API's address.</summary>
    /// <exception cref="NeedsOperatorException">It is no address of the web.</exception>
    public static Uri ShopAddress(string text)
    {
        var address = text.Contains("://", StringComparison.Ordinal) ? text.Trim() : "https://" + text.Trim();
        var isWeb = Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.Host.Length > 0 && uri.UserInfo.Length == 0;
        if (!isWeb)
            throw new NeedsOperatorException(ConnectionProblem.InvalidSetting, UrlField, "The address of the shop is not an address of the web.");
        var path = PathOfWordPress().Replace(uri!.AbsolutePath, "").TrimEnd('/');
        return new Uri(uri.GetLeftPart(UriPartial.Authority) + path + "/");
    }

    static string? Valid(SettingValues values, string key)
    {
        var field = Form.First(field => field.Key == key);
        var value = values[key] ?? field.Default;
        if (value is null || field.Pattern is null || Regex.IsMatch(value, $"^(?:{field.Pattern})$", RegexOptions.NonBacktracking))
            return value;
        throw new NeedsOperatorException(ConnectionProblem.InvalidSetting, key, $"The setting {key} is malformed.");
    }

    static string[] Listed(SettingValues values, string key)
        => (values[key] ?? Form.First(field => field.Key == key).Default ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    [GeneratedRegex("/(?:wp-json|wp-admin|wp-login\\.php|index\\.php)(?:/.*)?$", RegexOptions.NonBacktracking)]
    private static partial Regex PathOfWordPress();

    [GeneratedRegex("^" + MetaKeyPattern + "$", RegexOptions.NonBacktracking)]
    private static partial Regex MetaKey();
}
