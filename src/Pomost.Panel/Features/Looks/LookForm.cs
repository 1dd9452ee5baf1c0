using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pomost.Engine;
using Pomost.Panel.Features.Registration;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Looks;

/// <summary>A look as it is typed.</summary>
public sealed record LookForm
{
    public const int LongestLogoText = 120;

    /// <summary>"pl", "en", or empty: as the shop's page.</summary>
    public string Language { get; init; } = "";

    public string Main { get; init; } = "";

    /// <summary>Empty = chosen by itself.</summary>
    public string MainFont { get; init; } = "";

    public string Additional { get; init; } = "";

    /// <summary>Empty = chosen by itself.</summary>
    public string AdditionalFont { get; init; } = "";

    public string LogoText { get; init; } = "";

    public bool RemovesLogo { get; init; }

    public static LookForm Of(ModuleLook look) => new()
    {
        Language = look.Language ?? "",
        Main = look.Main,
        MainFont = Typed(look.Main, look.MainFont),
        Additional = look.Additional,
        AdditionalFont = Typed(look.Additional, look.AdditionalFont),
        LogoText = look.LogoText,
    };

    /// <summary>A text's colour that we would choose stays ours to choose: another ground may need another.</summary>
    static string Typed(string ground, string font) => Colour.Parse(ground) is { } on && ContrastGuard.TextOn(on, null).ToString() == font ? "" : font;

    public static LookForm Read(IFormCollection form) => new()
    {
        Language = form["language"].ToString(),
        Main = form["main"].ToString().Trim(),
        MainFont = form["main_font"].ToString().Trim(),
        Additional = form["additional"].ToString().Trim(),
        AdditionalFont = form["additional_font"].ToString().Trim(),
        LogoText = form["logo_text"].ToString().Trim(),
        RemovesLogo = form["remove_logo"] == "1",
    };

    /// <summary>The look as far as it can be drawn: what cannot be read is replaced by what would be.</summary>
    public ModuleLook Drawn()
    {
        var standard = new ModuleLook();
        var main = Colour.Parse(Main) ?? Colour.Parse(standard.Main)!.Value;
        var additional = Colour.Parse(Additional) ?? Colour.Parse(standard.Additional)!.Value;
        return new ModuleLook
        {
            Language = Language is "pl" or "en" ? Language : null,
            Main = main.ToString(),
            MainFont = ContrastGuard.TextOn(main, Colour.Parse(MainFont)).ToString(),
            Additional = additional.ToString(),
            AdditionalFont = ContrastGuard.TextOn(additional, Colour.Parse(AdditionalFont)).ToString(),
            LogoText = LogoText,
        };
    }

    /// <summary>The look to be saved, or messages by field.</summary>
    public (ModuleLook? Look, Dictionary<string, string> Errors) Check(PanelTexts t, Formats f)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Language is not ("" or "pl" or "en"))
            errors["language"] = t.Common.Choose;
        CheckPair("main", Main, "main_font", MainFont);
        CheckPair("additional", Additional, "additional_font", AdditionalFont);
        if (LogoText.Length > 0 && RegistrationInput.NameProblem(LogoText, t, LongestLogoText) is { } wrong)
            errors["logo_text"] = wrong;
        return errors.Count > 0 ? (null, errors) : (Drawn(), errors);

        void CheckPair(string field, string typed, string fontField, string typedFont)
        {
            if (Colour.Parse(typed) is not { } ground)
                errors[field] = typed.Length == 0 ? t.Common.Required : t.Looks.NotAColour;
            else if (typedFont.Length > 0 && Colour.Parse(typedFont) is not { } _)
                errors[fontField] = t.Looks.NotAColour;
            else if (TooFaint(ground, typedFont) is { } readable)
                errors[fontField] = t.Looks.TooFaint(Ratio(Colour.Contrast(ground, Colour.Parse(typedFont)!.Value), f), readable.ToString());
        }
    }

    /// <summary>The nearest readable colour for a text that cannot be read on its ground; null when it can.</summary>
    public static Colour? TooFaint(Colour? ground, string typedFont)
        => ground is { } on && Colour.Parse(typedFont) is { } font && Colour.Contrast(on, font) < ContrastGuard.Text ? ContrastGuard.Readable(font, on, ContrastGuard.Text) : null;

    /// <summary>A contrast as people read it, never rounded up over a border.</summary>
    public static string Ratio(double contrast, Formats f) => f.Number(Math.Floor((decimal)contrast * 10) / 10, 1);

    /// <summary>The logo of a form: a picture, a message, or neither when none was chosen.</summary>
    public static async Task<(LogoPicture? Logo, string? Problem)> LogoAsync(IFormCollection form, PanelTexts t, Formats f, CancellationToken cancel)
    {
        if (form.Files["logo"] is not { Length: > 0 } file)
            return (null, null);
        if (file.Length > RasterPicture.MostBytes)
            return (null, t.Looks.LogoTooLarge(f.Number((decimal)file.Length / (1024 * 1024), 1)));
        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, cancel);
        return RasterPicture.Read(bytes.ToArray()) switch
        {
            ({ } logo, _) => (logo, null),
            (_, PictureProblem.Svg) => (null, t.Looks.LogoSvg),
            (_, PictureProblem.TooManyPixels) => (null, t.Looks.LogoTooManyPixels(RasterPicture.MostPixels.ToString(CultureInfo.InvariantCulture))),
            (_, PictureProblem.TooLarge) => (null, t.Looks.LogoTooLarge("2")),
            _ => (null, t.Looks.LogoNotAPicture),
        };
    }
}
