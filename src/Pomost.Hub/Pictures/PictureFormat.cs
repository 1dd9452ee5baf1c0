using System.Buffers.Binary;

namespace Pomost.Hub;

/// <summary>
/// Tells a picture by its own bytes, from the first to the last: PNG, JPEG, GIF and WebP of a size that a browser can show. Files that only begin like a picture,
/// or carry something behind it, are none. The pixels themselves are not decoded.
/// </summary>
internal static class PictureFormat
{
    /// <summary>Longest side.</summary>
    public const int MostPixels = 4096;

    /// <summary>The media type; null when it is no whole picture, or one whose sides are not between 1 and <see cref="MostPixels"/>.</summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> file)
    {
        var (type, width, height) = Read(file);
        return width is >= 1 and <= MostPixels && height is >= 1 and <= MostPixels ? type : null;
    }

    private static (string? Type, long Width, long Height) Read(ReadOnlySpan<byte> file) => file switch
    {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, ..] => Png(file),
        [0xFF, 0xD8, ..] => Jpeg(file),
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => Gif(file),
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => Webp(file),
        _ => default,
    };

    // Chunks of length, name, content and checksum; the first is IHDR, the last IEND.
    private static (string? Type, long Width, long Height) Png(ReadOnlySpan<byte> file)
    {
        if (file.Length < 33 || !file.Slice(12, 4).SequenceEqual("IHDR"u8)) return default;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]));
        for (long at = 8; at + 12 <= file.Length;)
        {
            var chunk = file[(int)at..];
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk.Slice(4, 4).SequenceEqual("IEND"u8)) return at == file.Length ? ("image/png", width, height) : default;
        }
        return default;
    }

    private static (string? Type, long Width, long Height) Jpeg(ReadOnlySpan<byte> file)
    {
        if (file is not [.., 0xFF, 0xD9]) return default;
        for (var at = 2; at + 9 < file.Length;)
        {
            if (file[at] != 0xFF) return default;
            var marker = file[at + 1];
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD7))
            {
                at += marker == 0xFF ? 1 : 2;
                continue;
            }
            // Start of a frame, in any of its codings: not a Huffman table, a reserved or an arithmetic one.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return ("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            at += 2 + Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]), 2);
        }
        return default;
    }

    // A screen, then extensions and pictures made of sub-blocks, then the trailer.
    private static (string? Type, long Width, long Height) Gif(ReadOnlySpan<byte> file)
    {
        if (file.Length < 14) return default;
        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));
        var at = 13 + TableOf(file[10]);
        var pictures = 0;
        while (at < file.Length)
        {
            switch (file[at])
            {
                case 0x3B:
                    return at + 1 == file.Length && pictures > 0 ? ("image/gif", width, height) : default;
                case 0x21:
                    at = AfterBlocks(file, at + 2);
                    break;
                case 0x2C when at + 10 < file.Length:
                    pictures++;
                    at = AfterBlocks(file, at + 11 + TableOf(file[at + 9]));
                    break;
                default:
                    return default;
            }
        }
        return default;

        static int TableOf(byte flags) => (flags & 0x80) == 0 ? 0 : 3 * (2 << (flags & 0x07));

        static int AfterBlocks(ReadOnlySpan<byte> file, int at)
        {
            while (at < file.Length && file[at] != 0) at += 1 + file[at];
            return at + 1;
        }
    }

    private static (string? Type, long Width, long Height) Webp(ReadOnlySpan<byte> file)
    {
        // An odd length is filled up by one byte.
        if (file.Length < 30 || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) is var length && file.Length != 8L + length + (length & 1)) return default;
        var kind = file.Slice(12, 4);
        var body = file[20..];
        if (kind.SequenceEqual("VP8X"u8)) return ("image/webp", 1 + Three(body[4..]), 1 + Three(body[7..]));
        if (kind.SequenceEqual("VP8L"u8) && body[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return ("image/webp", 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF));
        }
        return kind.SequenceEqual("VP8 "u8) && body[3] == 0x9D && body[4] == 0x01 && body[5] == 0x2A
            ? ("image/webp", BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF)
            : default;

        static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
    }
}
