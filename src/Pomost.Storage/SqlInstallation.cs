using Pomost.Engine;

namespace Pomost.Storage;

internal sealed class SqlInstallation(Database database) : IInstallation
{
    public async Task<InstallationSettings> ReadAsync(CancellationToken ct)
    {
        var settings = await database.ReadAsync(session => session.Command("SELECT settings FROM installation WHERE id = 1").TextAsync(), ct);
        return settings is null ? new InstallationSettings() : StorageJson.Read<InstallationSettings>(settings);
    }

    public Task SaveAsync(InstallationSettings settings, CancellationToken ct) => database.WriteAsync(
        session => session.Command("INSERT INTO installation (id, settings) VALUES (1, @settings) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings")
            .With("settings", StorageJson.Of(settings)).ExecuteAsync(),
        ct);
}
