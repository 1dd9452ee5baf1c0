using System.Text.Json.Serialization;
using Pomost.Connectors.Shared;

namespace Pomost.Connectors.Module;

/// <summary>What is asked of a list.</summary>
sealed record ModuleListCall(string? After, int Limit);

sealed record ModuleConsentCall(string Email, string? Account, string Channel, string State, string? At, string Source);

sealed record ModuleTagsCall(string Email, string? Account, IReadOnlyDictionary<string, int?> Set, IReadOnlyList<string> Remove);

sealed record ModuleOutcome
{
    public string? Outcome { get; init; }

    /// <summary>Of consents alone; absent in the answer of an older module, as the next two are.</summary>
    [JsonConverter(typeof(LenientObject<ModuleConsent>))]
    public ModuleConsent? Stored { get; init; }

    [JsonConverter(typeof(LenientObject<ModuleConsent>))]
    public ModuleConsent? Before { get; init; }

    public string? ModifiedAt { get; init; }
}

sealed record ModuleProblem
{
    public string? Type { get; init; }
    public string? Now { get; init; }
    public string? Method { get; init; }
    public string? Field { get; init; }
}

/// <summary>The last line of a list.</summary>
sealed record ModuleEnd
{
    public bool End { get; init; }
    public string? Next { get; init; }
    public string? Settled { get; init; }
    public bool More { get; init; }

    /// <summary>Of the log of changes alone.</summary>
    public string? Log { get; init; }
    public long First { get; init; }
}

sealed record ModuleInfo
{
    public long Contract { get; init; }
    public string? Module { get; init; }
    public List<string> Methods { get; set; } = [];

    [JsonConverter(typeof(LenientObject<ModuleLogInfo>))]
    public ModuleLogInfo? Changes { get; init; }

    public Dictionary<string, ModuleStreamInfo>? Streams { get; init; }

    [JsonConverter(typeof(LenientObject<ModulePushInfo>))]
    public ModulePushInfo? Push { get; init; }
}

sealed record ModuleLogInfo
{
    public string? Log { get; init; }
    public string? Settled { get; init; }
}

sealed record ModuleStreamInfo
{
    public string? Settled { get; init; }
}

sealed record ModulePushInfo
{
    public long Waiting { get; init; }
    public string? SentAt { get; init; }
    public string? Problem { get; init; }
}

sealed record ModuleChange
{
    public long Seq { get; init; }
    public string? Stream { get; init; }
    public string? Kind { get; init; }
    public string? Id { get; init; }
}

sealed record ModulePushBody
{
    [JsonConverter(typeof(LenientList<ModuleChange>))]
    public List<ModuleChange> Changes { get; set; } = [];
}

sealed record ModuleContact
{
    public string? Id { get; init; }
    public string? Email { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
    public string? Phone { get; init; }
    public string? Language { get; init; }
    public string? RegisteredAt { get; init; }
    public string? ModifiedAt { get; init; }

    [JsonConverter(typeof(LenientObject<ModuleConsent>))]
    public ModuleConsent? EmailConsent { get; init; }

    [JsonConverter(typeof(LenientObject<ModuleConsent>))]
    public ModuleConsent? SmsConsent { get; init; }

    public List<string?>? Tags { get; init; }
}

sealed record ModuleConsent
{
    public string? State { get; init; }
    public string? At { get; init; }
    public string? Source { get; init; }
}

sealed record ModuleCart
{
    public string? Id { get; init; }
    public string? Email { get; init; }
    public string? ModifiedAt { get; init; }
    public string? Currency { get; init; }
    public string? Total { get; init; }
    public string? Link { get; init; }
    public string? Order { get; init; }

    [JsonConverter(typeof(LenientList<ModuleLine>))]
    public List<ModuleLine> Lines { get; set; } = [];
}

sealed record ModuleLine
{
    public string? Product { get; init; }
    public string? Variant { get; init; }
    public string? Sku { get; init; }
    public string? Name { get; init; }
    public string? Quantity { get; init; }
    public string? Total { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(LenientText), typeof(LenientNumber), typeof(LenientBool)])]
[JsonSerializable(typeof(ModuleListCall))]
[JsonSerializable(typeof(ModuleConsentCall))]
[JsonSerializable(typeof(ModuleTagsCall))]
[JsonSerializable(typeof(ModuleOutcome))]
[JsonSerializable(typeof(ModuleProblem))]
[JsonSerializable(typeof(ModuleEnd))]
[JsonSerializable(typeof(ModuleInfo))]
[JsonSerializable(typeof(ModulePushBody))]
[JsonSerializable(typeof(ModuleContact))]
[JsonSerializable(typeof(ModuleCart))]
sealed partial class ModuleJson : JsonSerializerContext;
