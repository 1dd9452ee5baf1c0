namespace Pomost.Rules.Tests;

public class ContrastGuardTests
{
    [Theory]
    [InlineData("#0b6670", "#0b6670")]
    [InlineData(" 0B6670 ", "#0b6670")]
    [InlineData("#fc0", "#ffcc00")]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("#12345", null)]
    [InlineData("#1234567", null)]
    [InlineData("#12345g", null)]
    [InlineData("red", null)]
    [InlineData("#-12345", null)]
    public void A_colour_is_read_as_people_write_it(string? text, string? colour) => Assert.Equal(colour, Colour.Parse(text)?.ToString());

    [Theory]
    [InlineData("#000000", "#ffffff", 21.0)]
    [InlineData("#ffffff", "#ffffff", 1.0)]
    [InlineData("#777777", "#ffffff", 4.478)]
    [InlineData("#ffffff", "#0b6670", 6.668)]
    public void Contrast_is_that_of_WCAG(string one, string other, double ratio) => Assert.Equal(ratio, Colour.Contrast(Of(one), Of(other)), 0.01);

    [Theory]
    [InlineData("#0b6670", null, "#ffffff")]
    [InlineData("#f2bd63", null, "#000000")]
    [InlineData("#0b6670", "#cfeeee", "#cfeeee")]
    [InlineData("#0b6670", "#888888", "#ffffff")]
    [InlineData("#f2bd63", "#14202a", "#14202a")]
    public void Text_is_the_one_wished_when_it_can_be_read(string ground, string? wished, string text)
        => Assert.Equal(text, ContrastGuard.TextOn(Of(ground), Colour.Parse(wished)).ToString());

    // The worst colour there is leaves white and black 4.58 : 1.
    [Fact]
    public void Whatever_the_ground_its_text_can_be_read()
        => Assert.All(Colours(step: 15), ground => Assert.InRange(Colour.Contrast(ground, ContrastGuard.TextOn(ground, null)), ContrastGuard.Text, 21));

    [Theory]
    [InlineData("#ffffff")]
    [InlineData("#141c20")]
    [InlineData("#777777")]
    [InlineData("#f2bd63")]
    public void Whatever_the_colour_the_guarded_one_stands_out(string ground)
    {
        foreach (var least in new[] { ContrastGuard.Text, ContrastGuard.Edge })
            Assert.All(Colours(step: 51), colour => Assert.InRange(Colour.Contrast(ContrastGuard.Readable(colour, Of(ground), least), Of(ground)), least, 21));
    }

    [Theory]
    [InlineData("#f2bd63", 4.5)]
    [InlineData("#4fc1c9", 4.5)]
    [InlineData("#ff0000", 4.5)]
    [InlineData("#ffff00", 3.0)]
    public void A_pale_colour_on_white_is_darkened_just_enough_and_keeps_its_hue(string colour, double least)
    {
        var guarded = ContrastGuard.Readable(Of(colour), Colour.White, least);

        Assert.InRange(Colour.Contrast(guarded, Colour.White), least, least + 0.15);
        Assert.InRange(Math.Abs(HueOf(guarded) - HueOf(Of(colour))), 0, 8);
        Assert.InRange(guarded.Lightness, 0, Of(colour).Lightness);
    }

    [Fact]
    public void On_a_dark_ground_a_dark_colour_is_lightened()
        => Assert.True(ContrastGuard.Readable(Of("#0b6670"), Of("#141c20"), ContrastGuard.Text).Lightness > Of("#0b6670").Lightness);

    [Fact]
    public void A_colour_that_is_enough_stays() => Assert.Equal("#0b6670", ContrastGuard.Readable(Of("#0b6670"), Colour.White, ContrastGuard.Text).ToString());

    [Fact]
    public void The_same_lightness_gives_the_same_colour() => Assert.All(Colours(step: 51), colour =>
    {
        var same = colour.WithLightness(colour.Lightness);
        Assert.InRange(Math.Abs(same.Red - colour.Red) + Math.Abs(same.Green - colour.Green) + Math.Abs(same.Blue - colour.Blue), 0, 6);
    });

    static IEnumerable<Colour> Colours(int step)
    {
        for (var red = 0; red <= 255; red += step)
        {
            for (var green = 0; green <= 255; green += step)
            {
                for (var blue = 0; blue <= 255; blue += step)
                    yield return new Colour((byte)red, (byte)green, (byte)blue);
            }
        }
    }

    static Colour Of(string text) => Colour.Parse(text)!.Value;

    // Hue by the classic circle: close enough to tell orange from green.
    static double HueOf(Colour colour) => System.Drawing.Color.FromArgb(colour.Red, colour.Green, colour.Blue).GetHue();
}
