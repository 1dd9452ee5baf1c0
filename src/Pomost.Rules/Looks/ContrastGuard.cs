namespace Pomost.Rules;

/// <summary>Keeps what a merchant chose readable (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
public static class ContrastGuard
{
    /// <summary>Least contrast of text with its ground.</summary>
    public const double Text = 4.5;

    /// <summary>Least contrast of edges and thin lines.</summary>
    public const double Edge = 3.0;

    const double Step = 0.002;

    /// <summary>The colour of text on a ground: the one wished when it can be read, else white or black, whichever is clearer.</summary>
    /// <param name="ground">What the text stands on.</param>
    /// <param name="wished">What the merchant chose; null = nothing.</param>
    public static Colour TextOn(Colour ground, Colour? wished)
    {
        if (wished is { } text && Colour.Contrast(ground, text) >= Text)
            return text;
        return Colour.Contrast(ground, Colour.White) >= Colour.Contrast(ground, Colour.Black) ? Colour.White : Colour.Black;
    }

    /// <summary>A colour made darker on a light ground, lighter on a dark one, with its hue, until it stands out enough.</summary>
    /// <param name="colour">The colour.</param>
    /// <param name="ground">What it stands on.</param>
    /// <param name="least">Contrast wanted: <see cref="Text"/> or <see cref="Edge"/>.</param>
    /// <returns>The colour itself when it is enough; white or black when no lightness of its hue is.</returns>
    public static Colour Readable(Colour colour, Colour ground, double least)
    {
        if (Colour.Contrast(colour, ground) >= least)
            return colour;
        var darker = Colour.Contrast(ground, Colour.Black) >= Colour.Contrast(ground, Colour.White);
        for (var lightness = colour.Lightness; lightness is > 0 and < 1; lightness += darker ? -Step : Step)
        {
            var tried = colour.WithLightness(lightness);
            if (Colour.Contrast(tried, ground) >= least)
                return tried;
        }

        return darker ? Colour.Black : Colour.White;
    }
}
