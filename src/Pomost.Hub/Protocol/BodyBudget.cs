using System.Net;
using System.Net.Sockets;

namespace Pomost.Hub;

/// <summary>
/// How many bytes of request bodies this process holds at once. Who has not shown yet who they are shares a small part, and has few bodies under way from
/// one network address; what does not fit is refused and may come again.
/// </summary>
public sealed class BodyBudget
{
    private readonly Share strangers = new(48L * 1024 * 1024);
    private readonly Share known = new(128L * 1024 * 1024);
    private readonly Dictionary<IPAddress, int> underWay = [];

    /// <summary>Bodies of strangers under way from one network address.</summary>
    public const int MostFromOneAddress = 64;

    /// <summary>Begins the body of a caller who is not known yet.</summary>
    /// <param name="from">Where the request comes from.</param>
    /// <returns>Null when too many are under way from there.</returns>
    public BodyLease? TryBegin(IPAddress? from)
    {
        var network = NetworkOf(from);
        lock (underWay)
        {
            var count = underWay.GetValueOrDefault(network);
            if (count >= MostFromOneAddress) return null;
            underWay[network] = count + 1;
        }
        return new BodyLease(strangers, known, () => End(network));
    }

    /// <summary>Begins the body of a caller who is known already.</summary>
    public BodyLease BeginKnown() => new(known, known, static () => { });

    /// <summary>The network whose visitors count as one: an IPv4 address, or the /64 that one customer of a provider has.</summary>
    public static IPAddress NetworkOf(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private void End(IPAddress network)
    {
        lock (underWay)
        {
            if (underWay[network] == 1) underWay.Remove(network);
            else underWay[network]--;
        }
    }

    internal sealed class Share(long most)
    {
        private long used;

        public bool TryTake(long bytes)
        {
            if (Interlocked.Add(ref used, bytes) <= most) return true;
            Interlocked.Add(ref used, -bytes);
            return false;
        }

        public void Give(long bytes) => Interlocked.Add(ref used, -bytes);
    }
}

/// <summary>What one body holds of the <see cref="BodyBudget"/>; given back when disposed.</summary>
public sealed class BodyLease : IDisposable
{
    private readonly BodyBudget.Share known;
    private BodyBudget.Share share;
    private Action? end;
    private long held;

    internal BodyLease(BodyBudget.Share share, BodyBudget.Share known, Action end)
    {
        this.share = share;
        this.known = known;
        this.end = end;
    }

    /// <summary>Takes so many bytes more. False when there are none left.</summary>
    public bool TryGrow(long bytes)
    {
        if (!share.TryTake(bytes)) return false;
        held += bytes;
        return true;
    }

    public void Shrink(long bytes)
    {
        share.Give(bytes);
        held -= bytes;
    }

    /// <summary>The caller has shown who they are: what they hold counts no longer as a stranger's. False when there is no room.</summary>
    public bool TryRecognise()
    {
        if (share == known) return true;
        if (!known.TryTake(held)) return false;
        share.Give(held);
        share = known;
        Interlocked.Exchange(ref end, null)?.Invoke();
        return true;
    }

    public void Dispose()
    {
        Shrink(held);
        Interlocked.Exchange(ref end, null)?.Invoke();
    }
}
