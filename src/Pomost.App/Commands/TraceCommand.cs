using System.CommandLine;
using Pomost.App.Output;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost trace &lt;e-mail|order&gt;</c>: what became of a person or an order, and why.</summary>
static class TraceCommand
{
    const int MaxEntries = 50;

    public static Command Make(CommonOptions common)
    {
        var what = new Argument<string>("what") { Description = "An e-mail address, or an order's number or id." };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var command = new Command("trace", "Tell what became of a person or an order, rule by rule.") { what, account };
        command.SetAction(async (line, ct) =>
        {
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            var views = session.Services.GetRequiredService<IViews>();
            var stories = await StoriesAsync(views, tenant.Id, line.GetValue(what)!, ct);
            if (line.GetValue(common.Json))
                Printer.Json(stories);
            else if (stories.Count == 0)
                Printer.Line("Nothing is known of it. Either the shop never gave it to us, or it was written differently.");
            else
                stories.ForEach(Print);
            return stories.Count == 0 ? ExitCodes.Usage : ExitCodes.Done;
        });
        return command;
    }

    static async Task<List<Story>> StoriesAsync(IViews views, long accountId, string what, CancellationToken ct)
    {
        var stories = new List<Story>();
        if (EmailAddress.TryParse(what, out var address, out _))
        {
            foreach (var row in await views.FindByEmailAsync(accountId, address.Key, ct))
            {
                if (await views.ContactAsync(accountId, row.Id, ct) is { } card)
                    stories.Add(new Story("contact", card.Contact.SourceId ?? "", row.Store.StoreId, row.Outcome, row.Code, [.. card.Traces.Select(Entry)]));
            }

            await AddCartsAsync(stories, views, accountId, address.Key, ct);
        }

        foreach (var order in await views.FindOrdersAsync(accountId, what, ct))
        {
            var traces = await views.TracesAsync(order.Store, ShopStream.Orders, order.Order.SourceId, MaxEntries, ct);
            stories.Add(new Story("order", order.Order.Number, order.Store.StoreId, order.Outcome, order.Code, [.. traces.Select(Entry)]));
        }

        return stories;
    }

    /// <summary>Carts of an address, also of a guest of whom nothing else is known.</summary>
    static async Task AddCartsAsync(List<Story> stories, IViews views, long accountId, string emailKey, CancellationToken ct)
    {
        foreach (var cart in await views.FindCartsAsync(accountId, emailKey, ct))
        {
            if (stories.Exists(story => story.Kind == "contact" && story.Store == cart.Store.StoreId))
                continue;
            var traces = await views.TracesAsync(cart.Store, ShopStream.Carts, cart.Cart.SourceId, MaxEntries, ct);
            var outcome = cart.State is CartState.Abandoned or CartState.WonBack ? RecordOutcome.Sent : RecordOutcome.Withheld;
            stories.Add(new Story("cart", cart.Cart.SourceId, cart.Store.StoreId, outcome, cart.Code, [.. traces.Select(Entry)]));
        }
    }

    static StoryEntry Entry(TraceEntry entry) => new(
        entry.At, entry.Stream.ToString(), entry.SourceId, entry.Outcome, entry.Code, entry.Detail,
        [.. entry.Answers.Select(answer => new StoryAnswer(answer.Rule, answer.Allows, answer.Code, answer.Fact))]);

    static void Print(Story story)
    {
        Printer.Line($"{story.Kind} {story.Id} in store {story.Store}: {Sentences.Of(story.Outcome)} ({Sentences.Of(story.Code)})");
        foreach (var entry in story.Entries)
        {
            Printer.Line($"  {entry.At:yyyy-MM-dd HH:mm:ss}Z  {entry.Stream} {entry.SourceId}: {Sentences.Of(entry.Outcome)} ({Sentences.Of(entry.Code)}) {entry.Detail}");
            foreach (var answer in entry.Answers)
                Printer.Line($"      {(answer.Allows ? "yes" : "NO ")}  {answer.Rule}: {Sentences.Of(answer.Code)}{(answer.Fact is null ? "" : $" [{answer.Fact}]")}");
        }
    }

    sealed record Story(string Kind, string Id, long Store, RecordOutcome Outcome, ReasonCode Code, IReadOnlyList<StoryEntry> Entries);

    sealed record StoryEntry(
        DateTimeOffset At, string Stream, string SourceId, RecordOutcome Outcome, ReasonCode Code, string? Detail, IReadOnlyList<StoryAnswer> Answers);

    sealed record StoryAnswer(string Rule, bool Allows, ReasonCode Code, string? Fact);
}
