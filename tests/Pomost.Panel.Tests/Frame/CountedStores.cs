using System.Reflection;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>The real stores, which also tell when the list of destinations is read.</summary>
#pragma warning disable CA1852 // The proxy is derived from it when the test runs.
class CountedStores : DispatchProxy
{
    IStores inner = null!;
    Action onList = null!;

    public static IStores Of(IStores inner, Action onList)
    {
        var proxy = Create<IStores, CountedStores>();
        ((CountedStores)(object)proxy).inner = inner;
        ((CountedStores)(object)proxy).onList = onList;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IStores.ListDestinationsAsync))
            onList();
        return targetMethod.Invoke(inner, args);
    }
}
