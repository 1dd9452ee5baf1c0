using System.CommandLine;
using System.Globalization;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Contract;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost webhooks list|add|test|remove</c>: addresses that are told what happens.</summary>
static class WebhookCommands
{
    static readonly Option<long?> Account = new("--account") { Description = "Account, when there are several." };
    static readonly Argument<long> Id = new("id") { Description = "Its number (see: pomost webhooks list)." };

    public static Command Make(CommonOptions common) => new("webhooks", "Addresses that are told what happens, by signed messages.") { List(common), Add(common), Test(common), Remove(common) };

    static Command List(CommonOptions common)
    {
        var command = new Command("list", "List the addresses and their queues.") { Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(Account), ct);
            var all = session.Services.GetRequiredService<IOutgoingWebhooks>();
            var queues = await all.QueuesAsync(tenant.Id, ct);
            var list = await all.ListAsync(tenant.Id, ct);
            if (line.GetValue(common.Json))
                Printer.Json(list.Select(one => WebhookApi.Shown(one, queues.GetValueOrDefault(one.Id))));
            else if (list.Count == 0)
                Printer.Line("No webhook is set up. See: pomost webhooks add --help");
            else
                foreach (var one in list)
                    Printer.Line($"{one.Id,4}  {(one.IsPaused ? "paused" : one.FailingSince is { } since ? $"failing since {since.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "ok"),-32} {queues.GetValueOrDefault(one.Id)?.Waiting ?? 0,6} waiting  {one.Url}  {Names(one)}");
            return ExitCodes.Done;
        });
        return command;
    }

    static Command Add(CommonOptions common)
    {
        var url = new Argument<string>("url") { Description = "Where messages are posted; https." };
        var events = new Option<string[]>("--event")
        {
            Description = $"What is told; may be given several times (default: all): {string.Join(", ", WebhookEvents.All.Select(happened => happened.Name()))}.",
            AllowMultipleArgumentsPerToken = true,
        };
        var email = new Option<bool>("--email") { Description = "Name contacts with their e-mail addresses; without it by number alone." };
        var command = new Command("add", "Add an address. Its secret is shown this once.") { url, events, email, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(Account), ct);
            var desk = session.Services.GetRequiredService<WebhookDesk>();
            var address = TypedInput.Address(line.GetValue(url)!, "url");
            if (!desk.MayBe(address))
                throw new UsageException($"{address} is no https address.");
            var chosen = (line.GetValue(events) is { Length: > 0 } named ? named.Select(EventOf) : WebhookEvents.All).Distinct().ToList();
            var (made, secret) = await desk.AddAsync(tenant.Id, address, chosen, line.GetValue(email), ct);
            await session.AuditAsync(
                tenant.Id, "webhook.added", made.Url.Host, new AuditChange("events", null, Names(made)), new AuditChange("email", "no", made.TellsEmail ? "yes" : "no"));
            if (line.GetValue(common.Json))
                Printer.Json(new { webhook = WebhookApi.Shown(made, null), secret });
            else
                Printer.Line($"Webhook {made.Id} tells {Names(made)}. Secret, shown only now: {secret}");
            return ExitCodes.Done;
        });
        return command;
    }

    static Command Test(CommonOptions common)
    {
        var command = new Command("test", "Send a trial message now.") { Id, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var one = await FindAsync(session, line, ct);
            var attempt = await session.Services.GetRequiredService<WebhookSender>().TestAsync(one, ct);
            await session.AuditAsync(one.AccountId, "webhook.tested", one.Url.Host);
            if (line.GetValue(common.Json))
                Printer.Json(new { succeeded = attempt.Succeeded, status = attempt.Status, problem = attempt.Problem, milliseconds = attempt.Milliseconds });
            else
                Printer.Line(attempt.Status is { } status ? string.Create(CultureInfo.InvariantCulture, $"It answered {status}.") : $"It could not be reached: {Told(attempt.Problem)}");
            return attempt.Succeeded ? ExitCodes.Done : ExitCodes.NeedsOperator;
        });
        return command;
    }

    static string Told(string? problem) => problem switch
    {
        nameof(ConnectionProblem.TimedOut) => "no answer within 10 s.",
        nameof(ConnectionProblem.PrivateAddress) => "the address leads into an internal network.",
        "NameResolutionError" => "there is no such domain.",
        "SecureConnectionError" => "its certificate is not trusted.",
        _ => "nothing answers there.",
    };

    static Command Remove(CommonOptions common)
    {
        var command = new Command("remove", "Remove an address with what waits for it.") { Id, Account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var one = await FindAsync(session, line, ct);
            await session.Services.GetRequiredService<IOutgoingWebhooks>().RemoveAsync(one.AccountId, one.Id, ct);
            await session.AuditAsync(one.AccountId, "webhook.removed", one.Url.Host);
            Printer.Line("The webhook is removed. Nothing more is sent to it.");
            return ExitCodes.Done;
        });
        return command;
    }

    static async Task<WebhookSubscription> FindAsync(Session session, ParseResult line, CancellationToken ct)
    {
        var tenant = await session.AccountAsync(line.GetValue(Account), ct);
        return await session.Services.GetRequiredService<IOutgoingWebhooks>().FindAsync(tenant.Id, line.GetValue(Id), ct)
            ?? throw new UsageException($"There is no webhook {line.GetValue(Id)}. See: pomost webhooks list");
    }

    static WebhookEvent EventOf(string name) => WebhookEvents.Find(name) is { } happened && WebhookEvents.All.Contains(happened)
        ? happened : throw new UsageException($"--event {name}: there are {string.Join(", ", WebhookEvents.All.Select(one => one.Name()))}.");

    static string Names(WebhookSubscription one) => string.Join(' ', one.Events.Select(happened => happened.Name()));
}
