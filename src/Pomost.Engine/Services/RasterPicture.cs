using System.Buffers.Binary;

namespace Pomost.Engine;

/// <summary>Why a file was not taken for a logo.</summary>
public enum PictureProblem
{
    /// <summary>Larger than <see cref="RasterPicture.MostBytes"/>.</summary>
    TooLarge,

    /// <summary>A drawing of lines, which may hold scripts.</summary>
    Svg,

    /// <summary>No PNG, JPEG or WebP.</summary>
    NotAPicture,

    /// <summary>More pixels a side than <see cref="RasterPicture.MostPixels"/>.</summary>
    TooManyPixels,
}

/// <summary>Looks into the head of a picture's file. What a browser calls it does not count.</summary>
public static class RasterPicture
{
    /// <summary>Largest file, 2 MB.</summary>
    public const int MostBytes = 2 * 1024 * 1024;

    /// <summary>Longest side.</summary>
    public const int MostPixels = 4096;

    /// <summary>Reads a file. Never throws.</summary>
    public static (LogoPicture? Picture, PictureProblem? Problem) Read(byte[] file)
    {
        if (file.Length > MostBytes)
            return (null, PictureProblem.TooLarge);
        return (Png(file) ?? Webp(file) ?? Jpeg(file)) switch
        {
            null => (null, IsSvg(file) ? PictureProblem.Svg : PictureProblem.NotAPicture),
            { Width: < 1 } or { Height: < 1 } => (null, PictureProblem.NotAPicture),
            { Width: > MostPixels } or { Height: > MostPixels } => (null, PictureProblem.TooManyPixels),
            var picture => (picture, null),
        };
    }

    /// <summary>Ending of a file's name.</summary>
    public static string EndingOf(string mediaType) => mediaType switch { "image/png" => "png", "image/jpeg" => "jpg", _ => "webp" };

    static LogoPicture? Png(byte[] file) => !StartsAsPng(file) ? null : new LogoPicture(
        "image/png", Number(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(16))), Number(BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(20))), file);

    static bool StartsAsPng(byte[] file) => file.Length >= 33 && file.AsSpan(0, 8).SequenceEqual((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        && file.AsSpan(12, 4).SequenceEqual("IHDR"u8);

    static LogoPicture? Webp(byte[] file)
    {
        if (file.Length < 30 || !file.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !file.AsSpan(8, 4).SequenceEqual("WEBP"u8))
            return null;
        ReadOnlySpan<byte> kind = file.AsSpan(12, 4), body = file.AsSpan(20);
        if (kind.SequenceEqual("VP8X"u8))
            return new LogoPicture("image/webp", 1 + Three(body[4..]), 1 + Three(body[7..]), file);
        if (kind.SequenceEqual("VP8L"u8) && body[0] == 0x2f)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return new LogoPicture("image/webp", 1 + (int)(bits & 0x3fff), 1 + (int)((bits >> 14) & 0x3fff), file);
        }

        return kind.SequenceEqual("VP8 "u8) && body[3] == 0x9d && body[4] == 0x01 && body[5] == 0x2a
            ? new LogoPicture(
                "image/webp", BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3fff, file)
            : null;
    }

    static LogoPicture? Jpeg(byte[] file)
    {
        if (file.Length < 4 || file[0] != 0xff || file[1] != 0xd8)
            return null;
        for (var at = 2; at + 9 < file.Length;)
        {
            if (file[at] != 0xff)
                return null;
            var marker = file[at + 1];
            if (marker is 0xff or 0x01 or (>= 0xd0 and <= 0xd7))
            {
                at += marker == 0xff ? 1 : 2;
                continue;
            }

            // Start of a frame, in any of its codings: not a Huffman table, a reserved or an arithmetic one.
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
            {
                return new LogoPicture(
                    "image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 7)), BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 5)), file);
            }

            at += 2 + Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2)), 2);
        }

        return null;
    }

    static bool IsSvg(byte[] file)
    {
        var head = System.Text.Encoding.UTF8.GetString(file.AsSpan(0, Math.Min(file.Length, 1024)));
        return head.Contains("<svg", StringComparison.OrdinalIgnoreCase);
    }

    static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    static int Number(uint number) => number > int.MaxValue ? int.MaxValue : (int)number;
}
