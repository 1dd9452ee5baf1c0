using System.CommandLine;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost module &lt;store&gt; --out file.zip</c>: the module to be installed in the shop.</summary>
static class ModuleCommand
{
    public static Command Make(CommonOptions common)
    {
        var slug = new Argument<string?>("store") { Description = "The store; may be left out when there is one.", Arity = ArgumentArity.ZeroOrOne };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var output = new Option<FileInfo>("--out") { Description = "Where to write the zip; it holds the store's secret.", Required = true };
        var server = CommonOptions.AddressOption("--server", "Where the shop reaches this server, for example https://pomost.example.com; without it the module pushes nothing and is asked.");
        var command = new Command("module", "Build the module to be installed in a shop: log of changes, carts, subscribers without an account.") { slug, output, server, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var store = await session.StoreAsync(line.GetValue(account), line.GetValue(slug), ct);
            var file = line.GetValue(output)!;
            var modules = session.Services.GetRequiredService<ShopModules>();
            if (await modules.BuildAsync(store, line.GetValue(server), ct) is not { } module)
                throw new UsageException($"{store.Slug} takes no module: its platform has none, or the store is disconnected.");
            await WriteAsync(file, module.Content, ct);
            await session.AuditAsync(store.AccountId, "store.module_downloaded", store.Slug, module.IsNew ? [AuditChange.OfSecret("module_secret")] : []);
            if (line.GetValue(common.Json))
                Printer.Json(new { store = store.Slug, file = file.FullName, newSecret = module.IsNew, pushes = line.GetValue(server) is not null });
            else
                Printer.Line($"Wrote {file.FullName}. {modules.HelpOf(store)!.English} The file holds a secret: delete it afterwards.");
            return ExitCodes.Done;
        });
        return command;
    }

    // For the owner alone: the archive holds the secret.
    static async Task WriteAsync(FileInfo file, byte[] content, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using var stream = new FileStream(file.FullName, options);
            await stream.WriteAsync(content, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out {file.FullName}: {e.Message}");
        }
    }
}
