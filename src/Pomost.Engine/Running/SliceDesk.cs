using System.Collections.Concurrent;

namespace Pomost.Engine;

/// <summary>The slices at work in this process, so that a wake for one of them needs no scheduler.</summary>
sealed class SliceDesk
{
    readonly ConcurrentDictionary<int, SliceDoor> _open = new();

    /// <summary>Opens the door of a slice whose work begins.</summary>
    public SliceDoor Open(int slice)
    {
        var door = new SliceDoor();
        _open[slice] = door;
        return door;
    }

    /// <summary>Calls the slice to look at once. False when it does not work here.</summary>
    public bool Call(int slice) => _open.TryGetValue(slice, out var door) && door.Knock();
}

/// <summary>Where a working slice hears that a store was woken. A knock is either answered by another look, or refused.</summary>
sealed class SliceDoor
{
    readonly Lock _lock = new();
    TaskCompletionSource _knocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _closed;

    /// <summary>Completes at the next knock.</summary>
    public Task Knocked
    {
        get
        {
            lock (_lock)
                return _knocked.Task;
        }
    }

    public bool Knock()
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            _knocked.TrySetResult();
            return true;
        }
    }

    /// <summary>Call before looking: knocks from here on want another look.</summary>
    public void Answer()
    {
        lock (_lock)
        {
            if (_knocked.Task.IsCompleted)
                _knocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Closes unless a knock waits for its look.</summary>
    public bool TryClose()
    {
        lock (_lock)
        {
            if (!_knocked.Task.IsCompleted)
                _closed = true;
            return _closed;
        }
    }

    /// <summary>Closes; who knocked is told nothing, so look once more for what it wanted.</summary>
    public void Close()
    {
        lock (_lock)
            _closed = true;
    }
}
