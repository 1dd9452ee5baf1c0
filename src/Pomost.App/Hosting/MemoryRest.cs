using Pomost.Storage;

namespace Pomost.App.Hosting;

/// <summary>Gives the memory of an import back to the system once it is over: the collector keeps what it once had, and a small server has other guests.</summary>
sealed class MemoryRest(Database database, TimeProvider clock) : BackgroundService
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    // A compacting collection stops every thread for a moment: only where it is worth that.
    const long WorthIt = 24 << 20;

    const long BusyBytesPerSecond = 2 << 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var allocated = GC.GetTotalAllocatedBytes();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = GC.GetTotalAllocatedBytes();
            var isBusy = (now - allocated) / Interval.TotalSeconds > BusyBytesPerSecond;
            allocated = now;
            if (isBusy)
                continue;
            await database.ShrinkAsync(stoppingToken);
            var memory = GC.GetGCMemoryInfo();
            if (memory.TotalCommittedBytes - memory.HeapSizeBytes + memory.FragmentedBytes > WorthIt)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
