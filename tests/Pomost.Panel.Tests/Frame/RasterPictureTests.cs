using System.Text;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>What a file is, is read from the file.</summary>
public sealed class RasterPictureTests
{
    public static TheoryData<string, byte[]> Taken => new()
    {
        { "image/png 300x120", Pictures.Png(300, 120) },
        { "image/jpeg 640x480", Pictures.Jpeg(640, 480) },
        { "image/webp 320x200", Pictures.Webp("VP8X", 320, 200) },
        { "image/webp 321x201", Pictures.Webp("VP8L", 321, 201) },
        { "image/webp 322x202", Pictures.Webp("VP8 ", 322, 202) },
        { "image/png 4096x1", Pictures.Png(4096, 1) },
    };

    public static TheoryData<PictureProblem, byte[]> Refused => new()
    {
        { PictureProblem.NotAPicture, [] },
        { PictureProblem.NotAPicture, [0x89, 0x50] },
        { PictureProblem.NotAPicture, Encoding.UTF8.GetBytes("<html><script>alert(1)</script></html>") },
        { PictureProblem.NotAPicture, Encoding.ASCII.GetBytes("GIF89a" + new string('x', 40)) },
        { PictureProblem.Svg, Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?><SVG xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>") },
        { PictureProblem.TooManyPixels, Pictures.Png(4097, 1) },
        { PictureProblem.TooManyPixels, Pictures.Jpeg(10, 5000) },
        { PictureProblem.NotAPicture, Pictures.Jpeg(0, 10) },
        { PictureProblem.NotAPicture, Pictures.Jpeg(10, 10)[..12] },
        { PictureProblem.NotAPicture, Pictures.Webp("ABCD", 10, 10) },
        { PictureProblem.TooLarge, new byte[RasterPicture.MostBytes + 1] },
    };

    [Theory]
    [MemberData(nameof(Taken))]
    public void A_picture_is_known_by_its_own_bytes(string what, byte[] file)
    {
        var (picture, problem) = RasterPicture.Read(file);
        Assert.Null(problem);
        Assert.Equal(what, $"{picture!.MediaType} {picture.Width}x{picture.Height}");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Everything_else_is_refused_with_its_reason(PictureProblem problem, byte[] file) => Assert.Equal((null, problem), RasterPicture.Read(file));
}
