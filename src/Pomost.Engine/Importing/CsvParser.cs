using System.Text;

namespace Pomost.Engine;

/// <summary>A record of a CSV file.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Cells">Its cells, without their quotation marks.</param>
public sealed record CsvRecord(long Line, IReadOnlyList<string> Cells);

/// <summary>Reads CSV as RFC 4180 has it, forgiving what shops make of it: any line end, quotation marks in the middle, blank lines.</summary>
/// <param name="separator">The sign between cells.</param>
/// <remarks>Fed piece by piece, so that a large file never stands in memory. A quotation mark that is never closed must not swallow people: it is refused
/// at the end of the file, at the end of the longest record, and where the mark that closes it lines below is followed by more text.</remarks>
public sealed class CsvParser(char separator)
{
    /// <summary>Most characters of a record.</summary>
    public const int LongestRecord = 65_536;

    /// <summary>Most cells of a record.</summary>
    public const int MostCells = 200;

    readonly StringBuilder _cell = new();
    List<string> _cells = [];
    long _line = 1;
    long _recordLine = 1;
    int _recordLength;
    long _quoteLine;
    bool _quoted;
    bool _closed;
    bool _afterReturn;

    /// <summary>Takes the next piece of the file and gives the records it completed.</summary>
    /// <exception cref="SubscriberFileException">A record is too long or has too many cells, or a quotation mark was not closed where it was meant.</exception>
    public IEnumerable<CsvRecord> Feed(ReadOnlyMemory<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Take(text.Span[i]) is { } record)
                yield return record;
        }
    }

    /// <summary>The record that ends with the file, or null.</summary>
    /// <exception cref="SubscriberFileException">The file ends within quotation marks.</exception>
    public CsvRecord? End() => _quoted && !_closed ? throw Unclosed() : EndRecord();

    CsvRecord? Take(char character)
    {
        var follows = _afterReturn && character == '\n';
        _afterReturn = character == '\r';
        if (follows)
        {
            // The second half of one line end; inside quotation marks it belongs to the text.
            if (_quoted && !_closed)
                _cell.Append(character);
            return null;
        }

        if (character is '\r' or '\n')
            _line++;
        if (++_recordLength > LongestRecord)
            throw new SubscriberFileException(SubscriberFileProblem.RecordTooLong, _recordLine);
        if (_quoted && !_closed)
        {
            if (character == '"')
                _closed = true;
            else
                _cell.Append(character);
            return null;
        }

        if (character == '"' && (_closed || (_cell.Length == 0 && !_quoted)))
        {
            // A doubled mark stands for one; the first mark opens the cell.
            if (_closed)
                _cell.Append('"');
            else
                _quoteLine = _line;
            (_quoted, _closed) = (true, false);
            return null;
        }

        if (character == separator)
            EndCell();
        else if (character is '\r' or '\n')
            return EndRecord();
        else
            AddPlain(character);
        return null;
    }

    void AddPlain(char character)
    {
        // A mark in the middle of a cell is forgiven within its line; one that closes lines below was meant for another cell.
        if (_closed && _quoteLine < _line && !char.IsWhiteSpace(character))
            throw Unclosed();
        _cell.Append(character);
    }

    SubscriberFileException Unclosed() => new(SubscriberFileProblem.UnclosedQuote, _quoteLine);

    void EndCell()
    {
        _cells.Add(_cell.ToString());
        _cell.Clear();
        (_quoted, _closed) = (false, false);
        if (_cells.Count > MostCells)
            throw new SubscriberFileException(SubscriberFileProblem.TooManyColumns, _recordLine);
    }

    CsvRecord? EndRecord()
    {
        var blank = _cells.Count == 0 && _cell.Length == 0 && !_quoted;
        EndCell();
        var record = new CsvRecord(_recordLine, _cells);
        (_cells, _recordLine, _recordLength) = ([], _line, 0);
        return blank ? null : record;
    }
}
