using System.Globalization;
using System.Runtime.InteropServices;

namespace Pomost.Rules;

/// <summary>A colour of the screen (sRGB, 8 bits a channel).</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    /// <summary>White.</summary>
    public static Colour White { get; } = new(255, 255, 255);

    /// <summary>Black.</summary>
    public static Colour Black { get; } = new(0, 0, 0);

    /// <summary>Reads <c>#rrggbb</c> or <c>#rgb</c>, with or without the sign.</summary>
    /// <returns>Null when the text is no colour. Never throws.</returns>
    public static Colour? Parse(string? text)
    {
        var hex = (text ?? "").Trim().TrimStart('#');
        if (hex.Length == 3)
            hex = string.Concat(hex.Select(digit => $"{digit}{digit}"));
        return hex.Length == 6 && hex.All(char.IsAsciiHexDigit) && int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? new Colour((byte)(number >> 16), (byte)(number >> 8), (byte)number) : null;
    }

    /// <summary>Contrast of two colours by WCAG 2, from 1 to 21, whichever is the ground.</summary>
    public static double Contrast(Colour one, Colour other)
    {
        var (a, b) = (one.Luminance, other.Luminance);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    /// <summary>Relative luminance by WCAG 2, from 0 to 1.</summary>
    public double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    /// <summary>The same colour lighter or darker in OKLCH: hue kept, chroma reduced only as far as the screen demands.</summary>
    /// <param name="lightness">From 0, black, to 1, white.</param>
    public Colour WithLightness(double lightness)
    {
        var (_, a, b) = Oklab();
        // The greatest share of the chroma that the screen can show, found by halving.
        var (least, most) = (0.0, 1.0);
        for (var step = 0; step < 20 && FromOklab(lightness, a * most, b * most) is null; step++)
        {
            var middle = (least + most) / 2;
            if (FromOklab(lightness, a * middle, b * middle) is null)
                most = middle;
            else
                least = middle;
            if (most - least < 0.001)
                most = least;
        }

        return FromOklab(lightness, a * most, b * most) ?? (lightness >= 0.5 ? White : Black);
    }

    /// <summary>Lightness in OKLCH, from 0 to 1.</summary>
    public double Lightness => Oklab().L;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    // Björn Ottosson's matrices: https://bottosson.github.io/posts/oklab/
    (double L, double A, double B) Oklab()
    {
        var (r, g, b) = (Linear(Red), Linear(Green), Linear(Blue));
        var l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        var m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        var s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return (
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s));
    }

    /// <summary>Null when the screen cannot show it.</summary>
    static Colour? FromOklab(double lightness, double a, double b)
    {
        var l = Math.Pow(lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        var m = Math.Pow(lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        var s = Math.Pow(lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        var red = Channel((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s));
        var green = Channel((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s));
        var blue = Channel((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
        return red is { } r && green is { } g && blue is { } u ? new Colour(r, g, u) : null;
    }

    static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    static byte? Channel(double linear)
    {
        const double Slack = 0.0005;
        if (linear is < -Slack or > 1 + Slack)
            return null;
        var value = Math.Clamp(linear, 0, 1);
        var encoded = value <= 0.0031308 ? value * 12.92 : (1.055 * Math.Pow(value, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(encoded * 255);
    }
}
