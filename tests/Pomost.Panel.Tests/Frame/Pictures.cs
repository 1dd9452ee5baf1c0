using System.Buffers.Binary;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Files that are, or pretend to be, pictures.</summary>
static class Pictures
{
    /// <summary>A whole PNG of one colour.</summary>
    public static byte[] Png(int width, int height, byte red = 11, byte green = 102, byte blue = 112)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2);
        Chunk(file, "IHDR"u8, head);
        using var packed = new MemoryStream();
        using (var deflate = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[1 + (width * 3)];
            for (var x = 0; x < width; x++)
                (row[1 + (x * 3)], row[2 + (x * 3)], row[3 + (x * 3)]) = (red, green, blue);
            for (var y = 0; y < height; y++)
                deflate.Write(row);
        }

        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The head of a JPEG, as far as its size.</summary>
    public static byte[] Jpeg(int width, int height)
    {
        byte[] file = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xff, 0xc2, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0, 0xff, 0xd9];
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(14), (short)height);
        BinaryPrimitives.WriteInt16BigEndian(file.AsSpan(16), (short)width);
        return file;
    }

    /// <summary>The head of a WebP in each of its three forms.</summary>
    public static byte[] Webp(string kind, int width, int height)
    {
        var file = new byte[40];
        "RIFF"u8.CopyTo(file);
        "WEBP"u8.CopyTo(file.AsSpan(8));
        System.Text.Encoding.ASCII.GetBytes(kind).CopyTo(file, 12);
        var body = file.AsSpan(20);
        switch (kind)
        {
            case "VP8X":
                (body[4], body[5], body[7], body[8]) = ((byte)(width - 1), (byte)((width - 1) >> 8), (byte)(height - 1), (byte)((height - 1) >> 8));
                break;
            case "VP8L":
                body[0] = 0x2f;
                BinaryPrimitives.WriteUInt32LittleEndian(body[1..], (uint)((width - 1) | ((height - 1) << 14)));
                break;
            default:
                (body[3], body[4], body[5]) = (0x9d, 0x01, 0x2a);
                BinaryPrimitives.WriteInt16LittleEndian(body[6..], (short)width);
                BinaryPrimitives.WriteInt16LittleEndian(body[8..], (short)height);
                break;
        }

        return file;
    }

    static void Chunk(Stream file, ReadOnlySpan<byte> name, byte[] content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] named = [.. name, .. content];
        file.Write(named);
        var sum = uint.MaxValue;
        foreach (var part in named)
        {
            sum ^= part;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xedb88320 : sum >> 1;
        }

        BinaryPrimitives.WriteUInt32BigEndian(number, ~sum);
        file.Write(number);
    }
}
