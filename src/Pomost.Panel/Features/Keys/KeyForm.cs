using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Features.Keys;

/// <summary>What was typed to make a key.</summary>
public sealed record KeyForm
{
    const int DefaultDays = 365;
    static readonly int[] Choices = [30, 90, DefaultDays, 730];

    public string Name { get; init; } = "";

    public bool Write { get; init; }

    /// <summary>True: only the stores ticked.</summary>
    public bool Chosen { get; init; }

    public IReadOnlyList<string> Stores { get; init; } = [];

    public int Days { get; init; } = DefaultDays;

    public static KeyForm From(IFormCollection form) => new()
    {
        Name = form["name"].ToString().Trim(),
        Write = form["scope"] == "write",
        Chosen = form["stores"] == "chosen",
        Stores = [.. form["store"].OfType<string>()],
        Days = int.TryParse(form["days"], out var days) && Choices.Contains(days) ? days : DefaultDays,
    };

    public IReadOnlyDictionary<string, string> Check(PanelTexts t)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (RegistrationInput.NameProblem(Name, t, ApiKeyRing.LongestName) is { } wrong)
            errors["name"] = wrong;
        if (Chosen && Stores.Count == 0)
            errors["stores"] = t.Keys.NoStoreChosen;
        return errors;
    }

    public NewApiKey ToKey(long accountId, Guid? by, IReadOnlyList<StoreLink> stores, DateTimeOffset now) => new()
    {
        AccountId = accountId,
        Name = Name,
        MayWrite = Write,
        StoreIds = Chosen ? [.. stores.Where(link => Stores.Contains(link.Slug, StringComparer.Ordinal)).Select(link => link.Store.Id)] : null,
        CreatedBy = by,
        ExpiresAt = now.AddDays(Days),
    };
}
