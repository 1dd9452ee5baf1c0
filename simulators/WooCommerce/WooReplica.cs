namespace Pomost.Simulators.WooCommerce;

/// <summary>The copy of the shop's database from which it reads while a lag is set: every write arrives there so much later, in
/// order.</summary>
sealed class WooReplica
{
    readonly Lock _lock = new();
    readonly Queue<(DateTimeOffset At, Action<WooCommerceShop> Write)> _underWay = new();
    readonly WooCommerceShop _copy;
    readonly TimeProvider _clock;

    public WooReplica(WooCommerceShop shop, TimeProvider trueTime)
    {
        _clock = trueTime;
        _copy = shop.CopyAnd(write =>
        {
            lock (_lock)
                _underWay.Enqueue((trueTime.GetUtcNow(), write));
        });
    }

    /// <summary>The shop as a reader sees it, once <see cref="CatchUp"/> was called.</summary>
    public WooCommerceShop Shop => _copy;

    /// <summary>Brings the copy to the state of so long ago.</summary>
    public void CatchUp(TimeSpan lag)
    {
        lock (_lock)
        {
            var until = _clock.GetUtcNow() - lag;
            while (_underWay.TryPeek(out var next) && next.At <= until)
                _underWay.Dequeue().Write(_copy);
        }
    }
}
