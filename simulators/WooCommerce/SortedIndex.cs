using System.Runtime.InteropServices;

namespace Pomost.Simulators.WooCommerce;

/// <summary>
/// Rows in the order of a key, then of their id, with one byte that most filters look at. A range is found by halving and
/// counted by subtraction; changes usually happen at the end, and one in the middle moves a few megabytes at most.
/// </summary>
sealed class SortedIndex
{
    static readonly Comparer<Entry> Order = Comparer<Entry>.Create(Compare);

    Entry[] _entries = new Entry[16];
    bool _unsorted;

    [StructLayout(LayoutKind.Auto)]
    public readonly record struct Entry(long Key, int Id, byte Tag);

    public int Count { get; private set; }

    /// <summary>Adds without sorting; the next reader sorts once.</summary>
    public void AddUnsorted(long key, int id, byte tag)
    {
        var entry = new Entry(key, id, tag);
        _unsorted |= Count > 0 && Compare(_entries[Count - 1], entry) > 0;
        Grow();
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
        Array.Copy(_entries, at + 1, _entries, at, Count - at - 1);
        Count--;
    }

    public void Replace(long oldKey, long newKey, int id, byte tag)
    {
        Sort();
        if (oldKey == newKey && Find(new Entry(oldKey, id, 0)) is >= 0 and var at)
        {
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
        _unsorted = false;
    }
}
