using Pomost.App.Commands;

namespace Pomost.App.Hosting;

/// <summary>
/// Keeps the data folder to the user that Pomost runs as: on Unix files are 0600 and folders 0700. Where that cannot be had (a foreign file system, somebody
/// else's files) the program works on and says so.
/// </summary>
static class PrivateFiles
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnersFolder = Owner | UnixFileMode.UserExecute;
    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    static readonly string[] Closed = ["pomost.db*", "engine.lock", "certificate.pfx"];

    // The public part of the certificate is for whoever wants to trust it.
    static readonly string[] Ours = [.. Closed, "certificate.pem"];

    /// <summary>Makes a data folder, or closes the one there is. A folder that holds other things besides stays as open as it is; our files in it do not.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="hasDatabase">The SQLite file is kept in it.</param>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static void Close(string folder, bool hasDatabase)
    {
        try
        {
            CloseOrFail(folder, hasDatabase);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UsageException(
                $"The data folder {Path.GetFullPath(folder)} cannot be written by the user {Environment.UserName}: give it and all in it to that user (chown -R), "
                + $"or name another folder with --data. {e.Message}");
        }
    }

    static void CloseOrFail(string folder, bool hasDatabase)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, OwnersFolder);
        var keys = Path.Combine(folder, "keys");
        if (hasDatabase)
        {
            Directory.CreateDirectory(keys, OwnersFolder);
            // Its log and shared memory take over the mode of the database.
            Make(Path.Combine(folder, "pomost.db"));
        }

        Make(Path.Combine(folder, "engine.lock"));
        foreach (var path in OpenTo(folder))
        {
            try
            {
                File.SetUnixFileMode(path, Directory.Exists(path) ? OwnersFolder : Owner);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What stays open is told at the start and by "pomost doctor".
                continue;
            }
        }
    }

    /// <summary>What others on this machine can read or write of it; empty when nothing, or on Windows.</summary>
    public static IReadOnlyList<string> OpenTo(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
            return [];
        var keys = Path.Combine(folder, "keys");
        IEnumerable<string> files = Closed.SelectMany(name => Directory.EnumerateFiles(folder, name));
        if (Directory.Exists(keys))
            files = [.. files, keys, .. Directory.EnumerateFiles(keys)];
        if (IsOursAlone(folder))
            files = files.Prepend(folder);
        return [.. files.Where(IsOpen)];
    }

    /// <summary>Opens a file for what a command writes, for its user alone; an existing one is emptied.</summary>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        return new FileStream(path, options);
    }

    /// <summary>Writes a text for its user alone.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken ct)
    {
        await using var file = Create(path);
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(text.AsMemory(), ct);
    }

    static bool IsOpen(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone by now, or in a folder that we cannot look into.
            return false;
        }
    }

    static void Make(string path)
    {
        if (File.Exists(path))
            return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        using var file = new FileStream(path, options);
    }

    static bool IsOursAlone(string folder)
    {
        var ours = Ours.SelectMany(name => Directory.EnumerateFiles(folder, name)).Append(Path.Combine(folder, "keys")).ToHashSet(StringComparer.Ordinal);
        return Directory.EnumerateFileSystemEntries(folder).All(ours.Contains);
    }
}
