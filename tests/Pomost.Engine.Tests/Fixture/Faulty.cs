using System.Reflection;

namespace Pomost.Engine.Tests.Fixture;

/// <summary>What is thrown in the place of a part of the program.</summary>
sealed class Faults
{
    /// <summary>Asked before a call, with its name and arguments; what it gives is thrown, and the call is not made.</summary>
    public Func<string, object?[], Exception?>? Before { get; set; }

    /// <summary>The same after the call was made: its answer is lost.</summary>
    public Func<string, object?[], Exception?>? After { get; set; }

    /// <summary>Calls made or prevented, by name.</summary>
    public List<string> Calls { get; } = [];
}

/// <summary>Stands before a part of the program and throws in its place.</summary>
#pragma warning disable CA1852 // The proxy is derived from it while the tests run.
class Faulty<T> : DispatchProxy
#pragma warning restore CA1852
    where T : class
{
    T _inner = null!;
    Faults _faults = null!;

    public static T Of(T inner, Faults? faults)
    {
        if (faults is null)
            return inner;
        var made = Create<T, Faulty<T>>();
        var faulty = (Faulty<T>)(object)made;
        (faulty._inner, faulty._faults) = (inner, faults);
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var (name, given) = (targetMethod!.Name, args ?? []);
        lock (_faults.Calls)
            _faults.Calls.Add(name);
        if (_faults.Before?.Invoke(name, given) is { } prevented)
            throw prevented;
        var result = targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, given, null);
        if (_faults.After is not { } after)
            return result;
        (result as Task)?.GetAwaiter().GetResult();
        return after(name, given) is { } lost ? throw lost : result;
    }
}
