using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Pomost.Engine;

/// <summary>A CSV file whose encoding and separator were found out.</summary>
/// <param name="Encoding">How its letters are stored.</param>
/// <param name="Separator">What stands between cells.</param>
/// <param name="NamesSeparator">The first line does nothing but name the separator, as spreadsheets want it (<c>sep=;</c>).</param>
sealed partial record CsvFile(Encoding Encoding, char Separator, bool NamesSeparator)
{
    const int Sample = 65_536;
    const int SampledRecords = 50;

    static readonly char[] Separators = [';', ',', '\t', '|'];

    /// <summary>Looks at a file: UTF-8 or UTF-16 with or without mark, Windows-1250 or ISO 8859-2; semicolon, comma, tab, bar, or what its first line names.</summary>
    /// <exception cref="SubscriberFileException">It is empty, or no text.</exception>
    public static async Task<CsvFile> LookAsync(Stream content, CancellationToken ct)
    {
        var encoding = await EncodingOfAsync(content, ct);
        content.Position = 0;
        using var reader = new StreamReader(content, encoding, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var sample = new char[Sample];
        var length = await reader.ReadBlockAsync(sample, ct);
        if (sample.AsSpan(0, length).Contains('\0'))
            throw new SubscriberFileException(SubscriberFileProblem.NotText);
        if (sample.AsSpan(0, length).IsWhiteSpace())
            throw new SubscriberFileException(SubscriberFileProblem.Empty);
        return SeparatorLine().Match(new string(sample, 0, Math.Min(length, 16))) is { Success: true } named
            ? new CsvFile(reader.CurrentEncoding, named.Groups["s"].Value[0], true)
            : new CsvFile(reader.CurrentEncoding, SeparatorOf(sample.AsMemory(0, length)), false);
    }

    /// <summary>Reads the records from the beginning, a piece at a time.</summary>
    public async IAsyncEnumerable<CsvRecord> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken ct)
    {
        content.Position = 0;
        using var reader = new StreamReader(content, Encoding, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var parser = new CsvParser(Separator);
        var buffer = new char[16_384];
        var skips = NamesSeparator;
        while (await reader.ReadAsync(buffer, ct) is var length and > 0)
        {
            foreach (var record in parser.Feed(buffer.AsMemory(0, length)))
            {
                if (!skips)
                    yield return record;
                skips = false;
            }
        }

        if (parser.End() is { } last && !skips)
            yield return last;
    }

    static async Task<Encoding> EncodingOfAsync(Stream content, CancellationToken ct)
    {
        content.Position = 0;
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        var decoder = strict.GetDecoder();
        var bytes = new byte[Sample];
        var characters = new char[strict.GetMaxCharCount(Sample)];
        var isFirst = true;
        try
        {
            while (true)
            {
                var length = await content.ReadAsync(bytes, ct);
                if (isFirst && Utf16Of(bytes.AsSpan(0, length)) is { } wide)
                    return wide;
                isFirst = false;
                decoder.GetChars(bytes.AsSpan(0, length), characters, flush: length == 0);
                if (length == 0)
                    return new UTF8Encoding(false);
            }
        }
        catch (DecoderFallbackException)
        {
            return await CentralEuropeanAsync(content, bytes, ct);
        }
    }

    /// <summary>UTF-16 by its mark, or because every other byte of Latin text is zero; null = neither.</summary>
    static Encoding? Utf16Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            return null;
        if ((bytes[0], bytes[1]) is (0xFF, 0xFE))
            return Encoding.Unicode;
        if ((bytes[0], bytes[1]) is (0xFE, 0xFF))
            return Encoding.BigEndianUnicode;
        var (even, odd) = (0, 0);
        for (var i = 0; i + 1 < bytes.Length; i += 2)
        {
            even += bytes[i] == 0 ? 1 : 0;
            odd += bytes[i + 1] == 0 ? 1 : 0;
        }

        var most = bytes.Length / 2 * 3 / 4;
        return even == 0 && odd > most ? Encoding.Unicode : odd == 0 && even > most ? Encoding.BigEndianUnicode : null;
    }

    /// <summary>Windows-1250 or ISO 8859-2, told apart by the letters that stand in different places: ą ś ź Ą Ś Ź.</summary>
    static async Task<Encoding> CentralEuropeanAsync(Stream content, byte[] bytes, CancellationToken ct)
    {
        content.Position = 0;
        var (windows, iso) = (0L, 0L);
        while (await content.ReadAsync(bytes, ct) is var length and > 0)
        {
            foreach (var letter in bytes.AsSpan(0, length))
            {
                // ISO 8859-2 has no letter below A0.
                windows += letter is >= 0x80 and < 0xA0 or 0xB9 or 0xA5 ? 1 : 0;
                iso += letter is 0xB1 or 0xB6 or 0xBC or 0xA1 or 0xA6 or 0xAC ? 1 : 0;
            }
        }

        return CodePagesEncodingProvider.Instance.GetEncoding(iso > windows ? 28592 : 1250)!;
    }

    /// <summary>The sign that gives most records the same number of cells, more than one.</summary>
    static char SeparatorOf(ReadOnlyMemory<char> sample)
    {
        var (best, bestScore) = (',', 0);
        foreach (var separator in Separators)
        {
            var counts = Counts(sample, separator);
            var usual = counts.GroupBy(count => count).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First();
            var score = usual.Key < 2 ? 0 : (usual.Count() * 1000 / counts.Count * 100) + Math.Min(usual.Key, 99);
            if (score > bestScore)
                (best, bestScore) = (separator, score);
        }

        return best;
    }

    static List<int> Counts(ReadOnlyMemory<char> sample, char separator)
    {
        var counts = new List<int>();
        try
        {
            var parser = new CsvParser(separator);
            foreach (var record in parser.Feed(sample).Take(SampledRecords))
                counts.Add(record.Cells.Count);
            return counts.Count > 0 ? counts : [parser.End()?.Cells.Count ?? 1];
        }
        catch (SubscriberFileException)
        {
            // What is wrong is told when the file is read; until then its good records show the separator.
            return counts.Count > 0 ? counts : [1 + sample.Span[..EndOfLine(sample.Span)].Count(separator)];
        }
    }

    static int EndOfLine(ReadOnlySpan<char> text) => text.IndexOfAny('\r', '\n') is var end and >= 0 ? end : text.Length;

    [GeneratedRegex("^\"?[Ss][Ee][Pp]=(?<s>[^\\p{L}\\p{Nd}\\s\"]|\\t)\"?[;,\\t|]*(?:\\r|\\n|$)", RegexOptions.NonBacktracking)]
    private static partial Regex SeparatorLine();
}
