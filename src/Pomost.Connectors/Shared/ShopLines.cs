using System.Buffers;

namespace Pomost.Connectors.Shared;

/// <summary>Cuts a body that streams in into its lines, holding no more than one and what came with it.</summary>
/// <param name="longest">Longest line that is worth waiting for, in bytes; of a longer one its beginning is given, which is longer, too.</param>
sealed class ShopLines(int longest) : IDisposable
{
    /// <summary>Far above any record of a shop, in bytes.</summary>
    public const int LongestLine = 4 * 1024 * 1024;

    byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    Stream? _body;
    int _start;
    int _end;
    bool _isOver;

    /// <summary>The next line that is not empty; null after the last.</summary>
    public async Task<ReadOnlyMemory<byte>?> NextAsync(HttpContent content, CancellationToken ct)
    {
        _body ??= await content.ReadAsStreamAsync(ct);
        var looked = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + looked, _end - _start - looked).IndexOf((byte)'\n');
            if (at < 0 && !_isOver && _end - _start <= longest)
            {
                looked = _end - _start;
                await FillAsync(ct);
                continue;
            }

            var length = at < 0 ? _end - _start : looked + at;
            var line = _buffer.AsMemory(_start, length);
            _start += at < 0 ? length : length + 1;
            looked = 0;
            var trimmed = Trimmed(line);
            if (trimmed.Length > 0)
                return ShopAnswer.Readable(trimmed);
            if (at < 0)
                return null;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _body?.Dispose();
    }

    async Task FillAsync(CancellationToken ct)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = await _body!.ReadAsync(_buffer.AsMemory(_end), ct);
        _end += read;
        _isOver = read == 0;
    }

    static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line)
    {
        if (line.Span.StartsWith("\uFEFF"u8))
            line = line[3..];
        var first = line.Span.IndexOfAnyExcept(" \t\r"u8);
        return first < 0 ? default : line[first..(line.Span.LastIndexOfAnyExcept(" \t\r"u8) + 1)];
    }
}
