using System.Runtime.CompilerServices;
using System.Text;

namespace Pomost.Engine;

/// <summary>A CSV file whose encoding and separator were found out.</summary>
/// <param name="Encoding">How its letters are stored.</param>
/// <param name="Separator">What stands between cells.</param>
sealed record CsvFile(Encoding Encoding, char Separator)
{
    const int Sample = 65_536;
    const int SampledRecords = 50;

    static readonly char[] Separators = [';', ',', '\t', '|'];

    /// <summary>Looks at a file: UTF-8 or UTF-16 with mark, UTF-8 without, or Windows-1250; semicolon, comma, tab or bar.</summary>
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
        return new CsvFile(reader.CurrentEncoding, SeparatorOf(sample.AsMemory(0, length)));
    }

    /// <summary>Reads the records from the beginning, a piece at a time.</summary>
    public async IAsyncEnumerable<CsvRecord> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken ct)
    {
        content.Position = 0;
        using var reader = new StreamReader(content, Encoding, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        var parser = new CsvParser(Separator);
        var buffer = new char[16_384];
        while (await reader.ReadAsync(buffer, ct) is var length and > 0)
        {
            foreach (var record in parser.Feed(buffer.AsMemory(0, length)))
                yield return record;
        }

        if (parser.End() is { } last)
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
                if (isFirst && length >= 2 && ((bytes[0], bytes[1]) is (0xFF, 0xFE) or (0xFE, 0xFF)))
                    return Encoding.Unicode;
                isFirst = false;
                decoder.GetChars(bytes.AsSpan(0, length), characters, flush: length == 0);
                if (length == 0)
                    return new UTF8Encoding(false);
            }
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(1250)!;
        }
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
        try
        {
            var parser = new CsvParser(separator);
            var counts = parser.Feed(sample).Take(SampledRecords).Select(record => record.Cells.Count).ToList();
            return counts.Count > 0 ? counts : [parser.End()?.Cells.Count ?? 1];
        }
        catch (SubscriberFileException)
        {
            return [1];
        }
    }
}
