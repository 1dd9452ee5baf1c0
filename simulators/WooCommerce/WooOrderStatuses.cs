namespace Pomost.Simulators.WooCommerce;

/// <summary>The order statuses of one shop, each with the bit and the byte by which indexes know it.</summary>
public sealed class WooOrderStatuses
{
    readonly List<string> _names =
        ["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "trash", "auto-draft", "checkout-draft"];

    public WooOrderStatuses(IEnumerable<string> madeByPlugins)
    {
        _names.AddRange(madeByPlugins);
        AnyMask = ((1UL << _names.Count) - 1) & ~(1UL << TagOf("trash")) & ~(1UL << TagOf("auto-draft")) & ~(1UL << TagOf("checkout-draft"));
    }

    public IReadOnlyList<string> Names => _names;

    /// <summary>The statuses an order can be given, and which <c>OPTIONS</c> tells: the bin is none of them.</summary>
    internal IReadOnlyList<string> Writable => [.. _names.Where(name => name != "trash")];

    /// <summary>What <c>status=any</c> means: all but the bin and drafts.</summary>
    internal ulong AnyMask { get; }

    internal byte TagOf(string status)
    {
        var at = _names.IndexOf(status);
        return at >= 0 ? (byte)at : throw new ArgumentException($"The shop knows no order status '{status}'.", nameof(status));
    }

    /// <summary>Equal texts share one string, so that 300,000 orders do not each hold theirs.</summary>
    internal string Shared(string status) => _names[TagOf(status)];
}
