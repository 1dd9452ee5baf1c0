using System.CommandLine;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Hub;
using Pomost.Panel.Features.AccountSettings;
using Pomost.Panel.Features.Mail;
using Pomost.Panel.Features.Registration;

namespace Pomost.App.Commands;

/// <summary><c>pomost hub access|login|wordpress|account</c>: what plugins and programs need to work with the built-in hub.</summary>
static class HubCommands
{
    static readonly Option<long?> Account = new("--account") { Description = "Account, when there are several." };
    static readonly Option<string?> ClientId = new("--client-id") { Description = "An account of the hub by its client id, instead of the one the stores send to." };
    static readonly Option<bool> PasswordFromInput = new("--password-stdin") { Description = "Read the password from standard input; otherwise one is made and shown once." };

    public static Command Make(CommonOptions common)
        => new("hub", "The built-in hub: access for plugins and other programs.")
        {
            Access(common), LogIn(common), WordPress(common), Accounts(common),
        };

    static Command Access(CommonOptions common)
    {
        var server = CommonOptions.AddressOption("--server", "Where plugins reach this server, for example https://pomost.example.com.");
        var show = new Command("access", "Show client id, API secret and owner for programs that sign their calls.") { Account, ClientId, server };
        show.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var found = await FindAsync(session, line, ct);
            await AuditAsync(session, found, "hub.access_shown");
            var access = found.Access;
            var endpoint = line.GetValue(server) is { } address ? PluginAccess.EndpointOf(address) : null;
            if (line.GetValue(common.Json))
                Printer.Json(new { endpoint, clientId = access.ClientId, apiSecret = access.ApiSecret, owner = access.OwnerEmail, login = new { email = access.OwnerEmail } });
            else
            {
                Printer.Line($"Endpoint    {endpoint ?? "the address of this server; --server names it"}");
                Printer.Line($"Client id   {access.ClientId}");
                Printer.Line($"API secret  {access.ApiSecret}");
                Printer.Line($"Owner       {access.OwnerEmail}");
                Printer.Line($"Plugins log in as {access.OwnerEmail}; a password for them: pomost hub login rotate");
            }

            return ExitCodes.Done;
        });
        var rotate = new Command("rotate", "Make a new API secret; signatures and tokens of before end, the stores of this installation go on.") { Account, ClientId };
        rotate.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var found = await FindAsync(session, line, ct);
            var secret = found.Destination is { } destination
                ? await session.Services.GetRequiredService<PluginAccess>().RenewSecretAsync(destination, ct)
                : (await session.Services.GetRequiredService<HubAccounts>().RenewSecretAsync(found.Access.AccountId, ct))?.ApiSecret;
            await AuditAsync(session, found, "hub.secret_renewed", AuditChange.OfSecret(DestinationSecrets.ApiSecret));
            if (line.GetValue(common.Json))
                Printer.Json(new { clientId = found.Access.ClientId, apiSecret = secret, owner = found.Access.OwnerEmail });
            else
                Printer.Line($"The API secret of {found.Access.ClientId} is renewed: {secret}");
            return ExitCodes.Done;
        });
        show.Subcommands.Add(rotate);
        return show;
    }

    static Command WordPress(CommonOptions common)
    {
        var server = CommonOptions.AddressOption("--server", "Where the shop reaches this server, for example https://pomost.example.com.");
        server.Required = true;
        var command = new Command(
            "wordpress", $"Write the file that leads SALESmanago's plugin for WordPress here: {WordPressFile.Name} for wp-content/mu-plugins.")
        {
            server,
        };
        command.SetAction(line =>
        {
            var content = Encoding.UTF8.GetString(WordPressFile.Make(line.GetValue(server)!));
            if (line.GetValue(common.Json))
                Printer.Json(new { name = WordPressFile.Name, content });
            else
                Printer.Line(content.TrimEnd());
            return ExitCodes.Done;
        });
        return command;
    }

    static Command LogIn(CommonOptions common)
    {
        var set = new Command("set", "Set the password with which plugins log in, read from standard input.") { Account, ClientId };
        set.SetAction((line, ct) => SetPasswordAsync(common, line, typed: true, ct));
        var rotate = new Command("rotate", "Make a new password with which plugins log in, shown once.") { Account, ClientId };
        rotate.SetAction((line, ct) => SetPasswordAsync(common, line, typed: false, ct));
        return new Command("login", "The e-mail address and password with which plugins log in to the hub.") { set, rotate };
    }

    static async Task<int> SetPasswordAsync(CommonOptions common, ParseResult line, bool typed, CancellationToken ct)
    {
        await using var session = await Session.OpenAsync(common.Choices(line), ct);
        var found = await FindAsync(session, line, ct);
        var words = session.Services.GetRequiredService<PasswordWords>();
        var password = typed ? await TypedInput.PasswordAsync(words.Of(found.Access.OwnerEmail), ct) : PluginAccess.MakePassword();
        if (found.Destination is { } destination)
            await session.Services.GetRequiredService<PluginAccess>().SetPasswordAsync(destination, password, ct);
        else
            await session.Services.GetRequiredService<HubAccounts>().SetPasswordAsync(found.Access.AccountId, found.Access.OwnerEmail, password, ct: ct);

        await AuditAsync(session, found, "hub.password_renewed", AuditChange.OfSecret("password"));
        var told = await TellOwnersAsync(session, found, ct);
        if (line.GetValue(common.Json))
            Printer.Json(new { email = found.Access.OwnerEmail, password = typed ? null : password, told });
        else
        {
            Printer.Line($"Plugins log in as {found.Access.OwnerEmail}. {(typed ? "The password is set." : $"Password, shown only now: {password}")}");
            if (found.Destination is not null)
                Printer.Line(told ? "A mail tells the owners of the team." : AccountCommands.NobodyTold);
        }

        return ExitCodes.Done;
    }

    /// <summary>Tells the owners of the team whose stores send there.</summary>
    /// <returns>False when nobody was told: the account is the hub's alone, or there is no mail server.</returns>
    static async Task<bool> TellOwnersAsync(Session session, Found found, CancellationToken ct)
    {
        if (found.Destination is not { } destination || !session.Services.GetRequiredService<MailRoom>().Sends)
            return false;
        var team = await session.Accounts.FindAsync(destination.AccountId, ct);
        await using var scope = session.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PomostUser>>();
        foreach (var owner in (await session.Services.GetRequiredService<ITeams>().MembersAsync(destination.AccountId, ct)).Where(member => member.Role == AccountRole.Owner))
        {
            if (await users.FindByIdAsync(owner.UserId.ToString()) is { } person)
                await session.Services.GetRequiredService<Letters>().PluginPasswordAsync(person, team!.Name, ct);
        }

        return true;
    }

    static Command Accounts(CommonOptions common)
    {
        var email = new Option<string>("--email") { Description = "E-mail address that logs in and owns the contacts.", Required = true };
        var name = new Option<string?>("--name") { Description = "Name of the account (default: the address)." };
        var isPartner = new Option<bool>("--partner") { Description = "It may make further accounts, as the registration form of a plugin does." };
        var add = new Command("add", "Make an account of the hub alone, for programs that bring their own shop.") { email, name, isPartner, PasswordFromInput };
        add.SetAction(async (line, ct) =>
        {
            var address = TypedInput.Email(line.GetValue(email)!, "--email");
            var called = line.GetValue(name) is { } typedName ? TypedInput.Name(typedName, "--name") : address;
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var words = session.Services.GetRequiredService<PasswordWords>();
            var typed = line.GetValue(PasswordFromInput) ? await TypedInput.PasswordAsync(words.Of(address, called), ct) : null;
            var password = typed ?? PluginAccess.MakePassword();
            HubCredentials? made;
            try
            {
                made = await session.Services.GetRequiredService<HubAccounts>().CreateAsync(
                    new NewHubAccount(called, address, password) { IsPartner = line.GetValue(isPartner) }, ct);
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException(wrong.Message);
            }

            if (made is null)
                throw new UsageException($"{address} belongs to an account of the hub already. See: pomost hub account list");
            if (line.GetValue(common.Json))
            {
                Printer.Json(new
                {
                    clientId = made.ClientId,
                    apiSecret = made.ApiSecret,
                    owner = made.OwnerEmail,
                    partner = line.GetValue(isPartner),
                    login = new { email = made.OwnerEmail, password = typed is null ? password : null },
                });
            }
            else
            {
                Printer.Line($"Client id   {made.ClientId}");
                Printer.Line($"API secret  {made.ApiSecret}");
                Printer.Line($"Owner       {made.OwnerEmail}");
                if (typed is null)
                    Printer.Line($"Password, shown only now: {password}");
            }

            return ExitCodes.Done;
        });
        var list = new Command("list", "List the accounts of the hub.");
        list.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var all = await session.Services.GetRequiredService<HubAccounts>().ListAsync(ct);
            if (line.GetValue(common.Json))
                Printer.Json(all.Select(one => new { clientId = one.ClientId, name = one.Name, owners = one.Owners, partner = one.IsPartner, createdAt = one.CreatedAt }));
            else
                foreach (var one in all)
                    Printer.Line($"{one.ClientId}  {(one.IsPartner ? "partner" : "       ")}  {(one.Owners.Count > 0 ? one.Owners[0] : ""),-40} {one.Name}");
            return ExitCodes.Done;
        });
        return new Command("account", "Accounts of the hub.") { add, list, Partner(common) };
    }

    static Command Partner(CommonOptions common)
    {
        var clientId = new Argument<string>("client-id") { Description = "Client id of the account; see: pomost hub account list" };
        var off = new Option<bool>("--off") { Description = "No longer." };
        var command = new Command("partner", "Let an account make further accounts, as the registration form of a plugin does.") { clientId, off };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var id = line.GetValue(clientId)!;
            if (!await session.Services.GetRequiredService<HubAccounts>().SetPartnerAsync(id, !line.GetValue(off), ct))
                throw new UsageException($"The hub has no account {id}. See: pomost hub account list");
            if (line.GetValue(common.Json))
                Printer.Json(new { clientId = id, partner = !line.GetValue(off) });
            else
                Printer.Line(line.GetValue(off) ? "It makes no more accounts." : "It may make accounts.");
            return ExitCodes.Done;
        });
        return command;
    }

    static Task AuditAsync(Session session, Found found, string action, params IReadOnlyList<AuditChange> changes)
        => found.Destination is { } destination ? session.AuditAsync(destination.AccountId, action, found.Access.ClientId, changes) : Task.CompletedTask;

    static async Task<Found> FindAsync(Session session, ParseResult line, CancellationToken ct)
    {
        var hub = session.Services.GetRequiredService<HubAccounts>();
        if (line.GetValue(ClientId) is { } named)
        {
            var access = await hub.FindAsync(named, ct) ?? throw new UsageException($"The hub has no account {named}. See: pomost hub account list");
            foreach (var one in await session.Accounts.ListAsync(ct))
            {
                if (HubOf(await session.Stores.ListDestinationsAsync(one.Id, ct)) is { } used && used.ClientId == named)
                    return new Found(access, used);
            }

            return new Found(access, null);
        }

        var tenant = await session.AccountAsync(line.GetValue(Account), ct);
        return HubOf(await session.Stores.ListDestinationsAsync(tenant.Id, ct)) is { } destination && await hub.FindAsync(destination.ClientId, ct) is { } own
            ? new Found(own, destination)
            : throw new UsageException("This account has none in the hub yet: connect a store to the hub first, or make one with: pomost hub account add --email you@example.com");
    }

    static Destination? HubOf(IReadOnlyList<Destination> destinations) => destinations.FirstOrDefault(destination => destination.IsHub);

    sealed record Found(HubCredentials Access, Destination? Destination);
}
