using System.CommandLine;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost doctor</c>: looks at everything the operator is responsible for.</summary>
static class DoctorCommand
{
    const long LowDiskBytes = 1L << 30;

    public static Command Make(CommonOptions common)
    {
        var command = new Command("doctor", "Check this installation: folder, disk, database, keys, stores.");
        command.SetAction(async (line, ct) =>
        {
            var findings = await ExamineAsync(common.Choices(line), ct);
            if (line.GetValue(common.Json))
                Printer.Json(new { healthy = findings.TrueForAll(finding => finding.Healthy), findings });
            else
                findings.ForEach(finding => Printer.Line($"  {(finding.Healthy ? "ok     " : "PROBLEM")}  {finding.What}: {finding.Detail}"));
            return findings.TrueForAll(finding => finding.Healthy) ? ExitCodes.Done : ExitCodes.NeedsOperator;
        });
        return command;
    }

    static async Task<List<Finding>> ExamineAsync(HostChoices choices, CancellationToken ct)
    {
        var findings = new List<Finding> { new("version", true, ProgramVersion.Text), Folder(choices.Data) };
        if (!findings[^1].Healthy)
            return findings;
        var free = new DriveInfo(Path.GetFullPath(choices.Data)).AvailableFreeSpace;
        findings.Add(new Finding("free disk space", free > LowDiskBytes, $"{free / (1 << 20)} MB"));
        using (var engineLock = EngineLock.TryTake(choices.Data))
            findings.Add(new Finding("server", true, engineLock is null ? "running on this data folder" : "not running"));
        var open = PrivateFiles.OpenTo(choices.Data);
        findings.Add(new Finding("private files", open.Count == 0, open.Count == 0 ? "nobody else on this machine can read them"
            : $"others can read {string.Join(", ", open.Take(3))}{(open.Count > 3 ? $" and {open.Count - 3} more" : "")}. Run as their owner: chmod -R go-rwx {Path.GetFullPath(choices.Data)}; "
              + "on a file system without modes, let only this user into the folder above."));
        try
        {
            await using var session = await Session.OpenAsync(choices, ct);
            findings.Add(new Finding("database", true, choices.Database is null ? "SQLite, schema up to date" : "PostgreSQL, schema up to date"));
            var paces = session.Services.GetRequiredService<IStorePaces>();
            foreach (var account in await session.Accounts.ListAsync(ct))
            {
                var silent = await paces.SilentSinceAsync(account.Id, ct);
                foreach (var store in await session.Stores.ListAsync(account.Id, ct))
                    findings.Add(Store(session, store, silent.TryGetValue(store.Key, out var since) ? since : null));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            findings.Add(new Finding("database", false, e.Message));
        }

        return findings;
    }

    static Finding Folder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $"doctor-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new Finding("data folder", true, Path.GetFullPath(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding("data folder", false, $"{Path.GetFullPath(path)} cannot be written: {e.Message}");
        }
    }

    static Finding Store(Session session, Store store, DateTimeOffset? silentSince)
    {
        try
        {
            session.Services.GetRequiredService<Connections>().ShopOf(store);
            if (silentSince is { } since && TimeProvider.System.GetUtcNow() - since >= ShopSilence.ShownAfter)
                return new Finding($"store {store.Slug}", false, $"the shop has not answered since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
            return new Finding($"store {store.Slug}", store.State != StoreState.NeedsOperator, Sentences.Of(store));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return new Finding($"store {store.Slug}", false, "its secrets cannot be opened: the keys folder is not the one they were encrypted with");
        }
    }

    sealed record Finding(string What, bool Healthy, string Detail);
}
