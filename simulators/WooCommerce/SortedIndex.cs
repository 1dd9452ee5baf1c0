using System.Numerics;
using System.Runtime.InteropServices;

namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// Rows in the order of a key, then of their id, with one byte that most filters look at. A range is found by halving and
/// counted by subtraction, by tag with sums kept per block; changes usually happen at the end, and one in the middle moves a few megabytes at most.
/// </summary>
sealed class SortedIndex
{
    static readonly Comparer<Entry> Order = Comparer<Entry>.Create(Compare);

    const int BlockSize = 512;
    const int Tags = 64;

    Entry[] _entries = new Entry[16];
    bool _unsorted;

    // How many entries of each tag stand before each block; only the first _counted blocks are right.
    int[] _before = new int[Tags];
    int _counted = 1;

    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Entry(long Key, int Id, byte Tag);

    public int Count { get; private set; }

    /// <summary>Adds without sorting; the next reader sorts once.</summary>
    public void AddUnsorted(long key, int id, byte tag)
    {
        var entry = new Entry(key, id, tag);
        _unsorted |= Count > 0 && Compare(_entries[Count - 1], entry) > 0;
        Grow();
        Changed(Count);
        _entries[Count++] = entry;
    }

    public void Add(long key, int id, byte tag)
    {
        Sort();
        var entry = new Entry(key, id, tag);
        var at = Find(entry);
        if (at < 0)
            at = ~at;
        Grow();
        Changed(at);
        Array.Copy(_entries, at, _entries, at + 1, Count - at);
        _entries[at] = entry;
        Count++;
    }

    public void Remove(long key, int id)
    {
        Sort();
        var at = Find(new Entry(key, id, 0));
        if (at < 0)
            return;
        Changed(at);
        Array.Copy(_entries, at + 1, _entries, at, Count - at - 1);
        Count--;
    }

    public void Replace(long oldKey, long newKey, int id, byte tag)
    {
        Sort();
        if (oldKey == newKey && Find(new Entry(oldKey, id, 0)) is >= 0 and var at)
        {
            if (_entries[at].Tag != tag)
                Changed(at);
            _entries[at] = new Entry(newKey, id, tag);
            return;
        }
        Remove(oldKey, id);
        Add(newKey, id, tag);
    }

    /// <summary>Entries with <paramref name="above"/> &lt; key &lt; <paramref name="below"/>.</summary>
    public ReadOnlySpan<Entry> Between(long above, long below)
    {
        Sort();
        var start = above == long.MinValue ? 0 : FirstFrom(above + 1);
        var end = below == long.MaxValue ? Count : FirstFrom(below);
        return start >= end ? [] : _entries.AsSpan(start, end - start);
    }

    /// <summary>
    /// One page of the entries of <see cref="Between"/> that have one of the tags (a bit each) and satisfy <paramref name="also"/>, and
    /// how many such entries there are. Without <paramref name="also"/> both are looked up and nothing is walked but the page.
    /// </summary>
    public (List<int> Ids, int Total) Page(long above, long below, ulong tags, bool descending, int offset, int limit, Func<int, bool>? also)
    {
        Sort();
        var start = above == long.MinValue ? 0 : FirstFrom(above + 1);
        var end = Math.Max(start, below == long.MaxValue ? Count : FirstFrom(below));
        var ids = new List<int>(Math.Min(limit, end - start));
        var step = descending ? -1 : 1;
        var at = descending ? end - 1 : start;
        var total = 0;
        if (also is null)
        {
            var rank = Rank(tags, start);
            total = Rank(tags, end) - rank;
            if (offset >= total)
                return (ids, total);
            for (at = Position(tags, descending ? rank + total - 1 - offset : rank + offset); ids.Count < limit && at >= start && at < end; at += step)
            {
                if ((tags >> _entries[at].Tag & 1) == 1)
                    ids.Add(_entries[at].Id);
            }
            return (ids, total);
        }
        for (; at >= start && at < end; at += step)
        {
            if ((tags >> _entries[at].Tag & 1) == 0 || !also(_entries[at].Id))
                continue;
            if (total++ >= offset && ids.Count < limit)
                ids.Add(_entries[at].Id);
        }
        return (ids, total);
    }

    /// <summary>How many entries with one of the tags stand before a position.</summary>
    int Rank(ulong tags, int position)
    {
        CountBlocks(position / BlockSize);
        var rank = BeforeBlock(tags, position / BlockSize);
        foreach (ref readonly var entry in _entries.AsSpan(position / BlockSize * BlockSize, position % BlockSize))
            rank += (int)(tags >> entry.Tag & 1);
        return rank;
    }

    /// <summary>The position of the entry before which <paramref name="rank"/> others with one of the tags stand.</summary>
    int Position(ulong tags, int rank)
    {
        CountBlocks((Count - 1) / BlockSize);
        int low = 0, high = (Count - 1) / BlockSize;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (BeforeBlock(tags, middle) <= rank)
                low = middle;
            else
                high = middle - 1;
        }
        var position = low * BlockSize;
        for (var left = rank - BeforeBlock(tags, low); (tags >> _entries[position].Tag & 1) == 0 || left-- > 0;)
            position++;
        return position;
    }

    int BeforeBlock(ulong tags, int block)
    {
        var sum = 0;
        for (; tags != 0; tags &= tags - 1)
            sum += _before[(block * Tags) + BitOperations.TrailingZeroCount(tags)];
        return sum;
    }

    void CountBlocks(int last)
    {
        if (_before.Length < (last + 1) * Tags)
            Array.Resize(ref _before, (last + 1) * Tags * 2);
        for (; _counted <= last; _counted++)
        {
            var before = _before.AsSpan(_counted * Tags, Tags);
            _before.AsSpan((_counted - 1) * Tags, Tags).CopyTo(before);
            foreach (ref readonly var entry in _entries.AsSpan((_counted - 1) * BlockSize, BlockSize))
                before[entry.Tag]++;
        }
    }

    void Changed(int at) => _counted = Math.Min(_counted, (at / BlockSize) + 1);

    int FirstFrom(long key)
    {
        var at = Find(new Entry(key, int.MinValue, 0));
        return at < 0 ? ~at : at;
    }

    int Find(Entry entry) => _entries.AsSpan(0, Count).BinarySearch(entry, Order);

    static int Compare(Entry one, Entry other) => one.Key != other.Key ? one.Key.CompareTo(other.Key) : one.Id.CompareTo(other.Id);

    void Grow()
    {
        if (Count == _entries.Length)
            Array.Resize(ref _entries, _entries.Length * 2);
    }

    void Sort()
    {
        if (!_unsorted)
            return;
        _entries.AsSpan(0, Count).Sort(Compare);
        Changed(0);
        _unsorted = false;
    }
}
