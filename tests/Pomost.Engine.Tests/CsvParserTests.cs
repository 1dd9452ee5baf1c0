using Pomost.Testing;

namespace Pomost.Engine.Tests;

/// <summary>Goal: CSV is read as RFC 4180 has it, and forgivingly beyond. Method: the rules of its section 2 as vectors, fed whole and a character at a time.</summary>
public sealed class CsvParserTests
{
    [Theory]
    [InlineData("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "1:aaa|bbb|ccc 2:zzz|yyy|xxx")] // rule 1
    [InlineData("aaa,bbb,ccc\r\nzzz,yyy,xxx", "1:aaa|bbb|ccc 2:zzz|yyy|xxx")] // rule 2
    [InlineData("a, b ,c", "1:a| b |c")] // rule 4: spaces belong to the cell
    [InlineData("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", "1:aaa|bbb|ccc 2:zzz|yyy|xxx")] // rule 5
    [InlineData("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", "1:aaa|b\r\nbb|ccc 3:zzz|yyy|xxx")] // rule 6
    [InlineData("\"aaa\",\"b\"\"bb\",\"c,c\"", "1:aaa|b\"bb|c,c")] // rule 7
    [InlineData("a\nb\rc\r\nd", "1:a 2:b 3:c 4:d")]
    [InlineData("\n\na\n\n\nb\n", "3:a 6:b")]
    [InlineData("a,\n,b", "1:a| 2:|b")]
    [InlineData("\"\"\n\"\",\"\"", "1: 2:|")]
    [InlineData("5\" rura,b", "1:5\" rura|b")]
    [InlineData("\"a\"b,c", "1:ab|c")]
    [InlineData("\"a\nb\" ,c", "1:a\nb |c")]
    [InlineData("\"a\rb\"\nc", "1:a\rb 3:c")]
    [InlineData("", "")]
    public void Records_are_read_with_the_line_they_begin_on(string text, string expected)
    {
        Assert.Equal(expected, Shown(text, text.Length));
        Assert.Equal(expected, Shown(text, 1));
    }

    [Theory]
    [InlineData("\"a\nb", 1)]
    [InlineData("a,b\n\"c,d\n", 2)]
    [InlineData("a,b\nc,\"d", 2)]
    [InlineData("a,b\r\n\"c\r\nx\",\"d\r\n", 3)]
    [InlineData("a,b\nc,\"d\ne,\"f\",g\n", 2)] // closed by the mark that should have opened another cell
    [InlineData("a,b\nc,\"Firma \"\"A\"\",1\nd,e,1", 2)]
    public void A_quotation_mark_that_is_not_closed_is_named_by_its_line(string text, long line)
    {
        foreach (var piece in new[] { text.Length, 1 })
        {
            var refused = Assert.Throws<SubscriberFileException>(() => Records(text, piece));
            Assert.Equal((SubscriberFileProblem.UnclosedQuote, line), (refused.Problem, refused.Line));
        }
    }

    [Fact]
    public void A_record_has_at_most_200_cells()
    {
        Assert.Equal(200, Assert.Single(Records(new string(',', 199) + "\n", 10)).Cells.Count);
        Assert.Equal(SubscriberFileProblem.TooManyColumns, Assert.Throws<SubscriberFileException>(() => Records("a\n" + new string(',', 200), 10)).Problem);
    }

    [Fact]
    public void A_record_has_at_most_65536_characters()
    {
        Assert.Single(Records(new string('a', CsvParser.LongestRecord - 1) + "\n", 4096));
        var refused = Assert.Throws<SubscriberFileException>(() => Records("b\n" + new string('a', CsvParser.LongestRecord) + "\n", 4096));
        Assert.Equal((SubscriberFileProblem.RecordTooLong, 2L), (refused.Problem, refused.Line));
    }

    [Fact]
    public void Files_changed_by_chance_are_read_or_refused_with_their_line_and_the_same_in_pieces()
    {
        string[] files =
        [
            "email,zgoda\nala@poczta.example,tak\n\"ola@poczta.example\",nie\n", "sep=;\r\nE-mail;Data;Tagi\r\na@b.example;2026-02-03 10:00;\"A,B\"\r\n",
            "a\tb\tc\n1\t\"2\n3\"\t4\n", "\"\"\"\",\"\"\n,,,\n",
        ];
        var fuzz = new Fuzz(files.Select(System.Text.Encoding.UTF8.GetBytes), 20_000);
        for (var drawn = 0; drawn < fuzz.Count; drawn++)
        {
            var input = fuzz.NextInput();
            var text = System.Text.Encoding.UTF8.GetString(input);
            var whole = ReadOrRefused(text, Math.Max(1, text.Length));
            Assert.True(whole == ReadOrRefused(text, 1 + fuzz.Next(7)), fuzz.Told("CSV", input, "read otherwise in pieces"));
        }

        static string ReadOrRefused(string text, int piece)
        {
            try
            {
                return Shown(text, piece);
            }
            catch (SubscriberFileException refused)
            {
                return $"{refused.Problem} in {refused.Line}";
            }
        }
    }

    static string Shown(string text, int piece) => string.Join(' ', Records(text, piece).Select(record => $"{record.Line}:{string.Join('|', record.Cells)}"));

    static List<CsvRecord> Records(string text, int piece)
    {
        var parser = new CsvParser(',');
        var records = new List<CsvRecord>();
        for (var at = 0; at < text.Length; at += piece)
            records.AddRange(parser.Feed(text.AsMemory(at, Math.Min(piece, text.Length - at))));
        if (parser.End() is { } last)
            records.Add(last);
        return records;
    }
}
