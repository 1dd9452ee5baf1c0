using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Pomost.Connectors.Shared;

/// <summary>A shop's answer in XML.</summary>
sealed record ShopXml(HttpStatusCode Status, HttpResponseHeaders Headers, XDocument Document)
{
    /// <summary>Far above any page a connector asks for, in bytes.</summary>
    public const int LargestBody = 32 * 1024 * 1024;

    /// <summary>Deeper than any shop nests its elements.</summary>
    public const int Deepest = 64;

    // No DTD, hence no entities but the five of XML; nothing is fetched. Numbers of control characters are let pass: shops are full of them.
    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        CheckCharacters = false,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = LargestBody,
    };

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The document in an answer, without what PHP printed before it; null when there is none that may be read.</summary>
    /// <returns>The document, and whether one began and did not end.</returns>
    public static (XDocument? Document, bool IsCut) Parse(ShopAnswer answer)
    {
        var body = answer.Raw;
        var start = body.Span.IndexOf("<?xml"u8);
        if (start < 0)
            start = Math.Max(0, body.Span.IndexOf((byte)'<'));
        body = body[start..];
        if (body.Length == 0 || body.Span[0] != (byte)'<')
            return (null, false);
        // In UTF-8 one wrong byte in one name must not cost the page; other encodings have none.
        if (IsUtf8(body.Span))
            body = ShopAnswer.Readable(body);
        try
        {
            if (!IsData(body))
                return (null, false);
            using var reader = XmlReader.Create(StreamOf(body), Settings);
            return (XDocument.Load(reader), false);
        }
        catch (XmlException) when (body.Span.IndexOf("<!DOCTYPE"u8) >= 0 || body.Span.IndexOf("<!doctype"u8) >= 0 || IsPage(body.Span))
        {
            return (null, false);
        }
        catch (Exception broken) when (broken is XmlException or DecoderFallbackException or ArgumentException or NotSupportedException)
        {
            return (null, true);
        }
    }

    // Looked through before it is kept: a document nested without end would exhaust whoever walks it.
    static bool IsData(ReadOnlyMemory<byte> body)
    {
        using var reader = XmlReader.Create(StreamOf(body), Settings);
        var isRoot = true;
        while (reader.Read())
        {
            if (reader.Depth > Deepest || (isRoot && reader.NodeType == XmlNodeType.Element && reader.LocalName.Equals("html", StringComparison.OrdinalIgnoreCase)))
                return false;
            isRoot &= reader.NodeType != XmlNodeType.Element;
        }

        return true;
    }

    static MemoryStream StreamOf(ReadOnlyMemory<byte> body)
        => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false) : new MemoryStream(body.ToArray(), writable: false);

    static bool IsPage(ReadOnlySpan<byte> body) => Encoding.ASCII.GetString(body[..Math.Min(body.Length, 8)]).StartsWith("<html", StringComparison.OrdinalIgnoreCase);

    static bool IsUtf8(ReadOnlySpan<byte> body)
    {
        var declaration = Encoding.ASCII.GetString(body[..Math.Min(body.Length, 128)]);
        var end = declaration.IndexOf("?>", StringComparison.Ordinal);
        return !declaration.StartsWith("<?xml", StringComparison.Ordinal) || end < 0 || !declaration[..end].Contains("encoding", StringComparison.Ordinal)
            || declaration[..end].Contains("utf-8", StringComparison.OrdinalIgnoreCase);
    }
}
