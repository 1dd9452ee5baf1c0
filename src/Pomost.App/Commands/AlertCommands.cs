using System.CommandLine;
using System.Globalization;
using Pomost.App.Output;
using Pomost.Engine;

namespace Pomost.App.Commands;

/// <summary><c>pomost alerts list|set|test</c>.</summary>
static class AlertCommands
{
    const int Shown = 100;

    public static Command Make(CommonOptions common)
    {
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var list = new Command("list", "List the alerts, newest first.") { account };
        list.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var alerts = await session.Services.GetRequiredService<IAlerts>().ListAsync(tenant.Id, Shown, ct);
            var stores = (await session.Stores.ListAsync(tenant.Id, ct)).ToDictionary(store => store.Id);
            var hubs = (await session.Stores.ListDestinationsAsync(tenant.Id, ct)).Where(target => target.IsHub).Select(target => target.Id).ToHashSet();
            if (line.GetValue(common.Json))
                Printer.Json(alerts.Select(alert => new { alert.Id, store = alert.Store.StoreId, alert.Kind, alert.State, alert.Detail, alert.OpenedAt, alert.ResolvedAt }));
            else if (alerts.Count == 0)
                Printer.Line("There was no alert.");
            else
                foreach (var alert in alerts)
                    Printer.Line($"{alert.OpenedAt.UtcDateTime:yyyy-MM-dd HH:mm}Z  {TitleOf(alert)}");
            return ExitCodes.Done;

            string TitleOf(Alert alert)
            {
                var store = stores.GetValueOrDefault(alert.Store.StoreId);
                return AlertWords.Of(alert, store?.Name ?? tenant.Name, store is not null && hubs.Contains(store.DestinationId)).English.Title;
            }
        });
        return new Command("alerts", "What wants a person's attention, and where it is told.") { list, Set(common, account), Test(common, account) };
    }

    static Command Set(CommonOptions common, Option<long?> account)
    {
        var email = new Option<string?>("--email") { Description = "Who gets e-mail, or off. The mail server is set by POMOST_SMTP_HOST, _PORT, _FROM, _USER, _PASSWORD." };
        var webhook = new Option<string?>("--webhook") { Description = "Where a signed message is posted, or off." };
        var lag = new Option<int?>("--lag-minutes") { Description = "Minutes the oldest live change may wait." };
        var givenUp = new Option<int?>("--given-up") { Description = "Dead letters a store may have." };
        var lost = new Option<int?>("--webhooks-lost") { Description = "Webhooks that may be lost since yesterday." };
        var command = new Command("set", "Choose when and where to be told; without options, show the choices.") { email, webhook, lag, givenUp, lost, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var now = (await session.Services.GetRequiredService<IAlerts>().SettingsAsync(tenant.Id, ct)).Options;
            var chosen = now with
            {
                Email = line.GetValue(email) is { } typed ? EmailOf(typed) : now.Email,
                Webhook = line.GetValue(webhook) is { } address ? WebhookOf(address) : now.Webhook,
                LagMinutes = line.GetValue(lag) ?? now.LagMinutes,
                GivenUp = line.GetValue(givenUp) ?? now.GivenUp,
                WebhooksLost = line.GetValue(lost) ?? now.WebhooksLost,
            };
            var secret = await session.Services.GetRequiredService<AlertWatch>().SaveAsync(tenant.Id, chosen, ct);
            if (chosen != now)
            {
                await session.AuditAsync(
                    tenant.Id, "alerts.changed", "", new AuditChange("email", now.Email, chosen.Email), new AuditChange("webhook", now.Webhook?.Host, chosen.Webhook?.Host),
                    Change("lag_minutes", now.LagMinutes, chosen.LagMinutes), Change("given_up", now.GivenUp, chosen.GivenUp), Change("webhooks_lost", now.WebhooksLost, chosen.WebhooksLost));
            }

            if (line.GetValue(common.Json))
                Printer.Json(new { chosen.Email, chosen.Webhook, chosen.LagMinutes, chosen.GivenUp, chosen.WebhooksLost, webhookSecret = chosen.Webhook is null ? null : secret });
            else
            {
                Printer.Line($"Told when a change waits over {chosen.LagMinutes} minutes, over {chosen.GivenUp} records were given up, over {chosen.WebhooksLost} webhooks were lost, or a store stands still.");
                Printer.Line($"E-mail: {chosen.Email ?? "off"}");
                Printer.Line(chosen.Webhook is null ? "Webhook: off" : $"Webhook: {chosen.Webhook}, signed with {secret}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    static Command Test(CommonOptions common, Option<long?> account)
    {
        var command = new Command("test", "Send a trial alert by every channel that is set.") { account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var results = await session.Services.GetRequiredService<AlertWatch>().TestAsync(tenant, ct);
            if (line.GetValue(common.Json))
                Printer.Json(results);
            else if (results.Count == 0)
                Printer.Line("No channel is set. See: pomost alerts set --help");
            else
                foreach (var (channel, result) in results)
                    Printer.Line($"{channel}: {result}");
            return results.Count > 0 && results.Values.All(result => result == "sent") ? ExitCodes.Done : ExitCodes.NeedsOperator;
        });
        return command;
    }

    static AuditChange Change(string field, int old, int now) => new(field, old.ToString(CultureInfo.InvariantCulture), now.ToString(CultureInfo.InvariantCulture));

    static string? EmailOf(string typed) => typed == "off" ? null : TypedInput.Email(typed, "--email");

    static Uri? WebhookOf(string typed) => typed == "off" ? null : TypedInput.Address(typed, "--webhook");
}
