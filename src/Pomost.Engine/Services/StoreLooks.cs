using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>Keeps the look of a store's modules and tells a SALESmanago account of it.</summary>
public sealed class StoreLooks(IStoreLooks looks, IDestinationAccounts accounts, DestinationSetup destinations, Connections connections)
{
    public Task<StoredLook> OfAsync(Store store, CancellationToken ct) => looks.FindAsync(store.Key, ct);

    public Task<LogoPicture?> LogoAsync(Store store, CancellationToken ct) => looks.LogoAsync(store.Key, ct);

    public Task SaveAsync(Store store, ModuleLook look, LogoPicture? logo, bool removesLogo, CancellationToken ct) => looks.SaveAsync(store.Key, look, logo, removesLogo, ct);

    /// <summary>Tells the account. What came of it stands on the look; a connection that fails raises nothing.</summary>
    /// <returns>True when the account took it.</returns>
    public async Task<bool> TellAsync(Store store, Destination destination, CancellationToken ct)
    {
        var told = await looks.ToldLogoAsync(store.Key, ct);
        try
        {
            var (look, account) = ((await looks.FindAsync(store.Key, ct)).Look, connections.DestinationOf(destination));
            told = await LogoThereAsync(store, account, told, ct);
            var token = await destinations.TokenAsync(destination, ct);
            await accounts.SetLookAsync(account, token, new AccountLook(look.Language, look.Main, look.MainFont, look.Additional, look.AdditionalFont, told?.Address), ct);
            await looks.ToldAsync(store.Key, null, told, CancellationToken.None);
            return true;
        }
        catch (ConnectorException failure)
        {
            var problem = failure is NeedsOperatorException refused ? $"{refused.Problem}:{refused.SettingKey}" : $"{ConnectionProblem.TimedOut}:endpoint";
            await looks.ToldAsync(store.Key, problem, told, CancellationToken.None);
            return false;
        }
    }

    /// <summary>A logo is sent once: the account keeps every picture it is given.</summary>
    async Task<ToldLogo?> LogoThereAsync(Store store, DestinationConnection account, ToldLogo? told, CancellationToken ct)
    {
        var hash = (await looks.FindAsync(store.Key, ct)).LogoHash;
        if (hash is null || await looks.LogoAsync(store.Key, ct) is not { } logo)
            return null;
        if (told?.Hash == hash)
            return told;
        var address = await accounts.UploadPictureAsync(account, new AccountPicture($"logo.{RasterPicture.EndingOf(logo.MediaType)}", logo.MediaType, logo.Content), ct);
        return new ToldLogo(hash, address);
    }
}
