namespace Pomost.App.Hosting;

/// <summary>Only one process works the engine of a data folder; the others ask it. On PostgreSQL any number of processes work together.</summary>
sealed class EngineLock : IDisposable
{
    readonly FileStream? _file;

    EngineLock(FileStream? file) => _file = file;

    /// <summary>Takes the lock of an installation, which a cluster does not need; null when another process holds it.</summary>
    public static EngineLock? TryTake(HostChoices choices) => choices.Database is null ? TryTake(choices.Data) : new EngineLock(null);

    /// <summary>Takes the lock, or gives null when another process holds it. The system frees it when the process dies, however it dies.</summary>
    public static EngineLock? TryTake(string dataFolder)
    {
        PrivateFiles.Close(dataFolder, hasDatabase: false);
        try
        {
            return new EngineLock(new FileStream(
                Path.Combine(dataFolder, "engine.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _file?.Dispose();
}
