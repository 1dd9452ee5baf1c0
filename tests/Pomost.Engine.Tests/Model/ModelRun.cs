using System.Globalization;
using Pomost.Engine.Tests.Fixture;
using Pomost.Hub;
using Pomost.Rules;
using Pomost.Simulators;
using Pomost.Simulators.WooCommerce;

namespace Pomost.Engine.Tests.Model;

/// <summary>
/// Lets people live in a world and watches what becomes of their word.
/// <para>What is asserted of everybody:</para>
/// <list type="bullet">
/// <item><b>Safety.</b> Once Pomost has learned an opt-out that is the person's last choice, Pomost opts the person in nowhere: no line
/// "granted" of ours on the card, no 1 written by us into a shop. It has learned it when its ledger says so, or at the latest
/// <see cref="WorldPlan.SurelyLearned"/> after it was made: by then a poll has seen it, however many messages were lost. An opt-out made
/// on a card before the stores were connected counts from the start, because the card is there to be asked first.</item>
/// <item><b>At rest all sides agree</b>: either the card is opted in and no shop says no, or the card is not and no shop says yes. A shop
/// that was never told anything (no field) agrees with both.</item>
/// </list>
/// <para>And of people whose last choice came when the one before was surely learned (or who made one choice only):</para>
/// <list type="bullet">
/// <item><b>At rest the state is the last choice.</b> Choices seconds apart on two sides with clocks minutes apart have no order that
/// anybody could find; there, safety and agreement are all that can be asked.</item>
/// <item><b>The consent is downloaded</b> into a shop in which a person registered unticked who was surely opted in, and stays so.</item>
/// </list>
/// </summary>
sealed class ModelRun(World world, IReadOnlyList<PersonHistory> people)
{
    /// <summary>A checkout states its date by the shop's clock and is new to us: nothing but the date places it. It is drawn only when
    /// clocks cannot turn it round.</summary>
    static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(25);

    /// <summary>Within it an opt-out in the shop is not passed on (Guide, section 6); the shops' clocks may change meanwhile.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromMinutes(36);

    readonly PriorityQueue<(PersonHistory Person, PlannedStep Step), DateTimeOffset> _steps = new();
    readonly PriorityQueue<(PersonHistory Person, bool Yes), DateTimeOffset> _callbacks = new();
    readonly Dictionary<int, PersonHistory>[] _owners = [[], []];

    WorldPlan Plan => world.Plan;

    public async Task RunAsync()
    {
        await PrepareAsync();
        await world.ConnectAsync();
        await LookAsync();
        var start = world.Now;
        foreach (var person in people)
        {
            foreach (var step in person.Steps)
                _steps.Enqueue((person, step), start + step.At);
        }

        foreach (var shop in world.Shops)
        {
            shop.Faults.WithProbability(Fault.DropWebhook, Plan.WebhooksLost);
            shop.Faults.WithProbability(Fault.DuplicateWebhook, 0.2);
        }

        var isTurned = false;
        var quiet = 0;
        for (var tick = 0; world.Now < start + WorldPlan.Length; tick++)
        {
            if (!isTurned && world.Now >= start + (WorldPlan.Length / 2))
            {
                isTurned = true;
                world.Shops[0].ClockAhead = Plan.FirstShopAheadLater;
            }

            await LiveUntilAsync(world.Now + WorldPlan.Tick);
            if (Plan.Chance.Next(3) > 0)
                await DeliverAsync();
            quiet = await WorkAsync(quiet);
            await LookAsync();
        }

        await RestAsync();
        await JudgeAsync();
    }

    /// <summary>What was there before the stores were connected.</summary>
    async Task PrepareAsync()
    {
        var long40 = TimeSpan.FromDays(40);
        foreach (var person in people)
        {
            (string? First, string? Second) stored = person.Begins switch
            {
                Start.TickedInFirstShop or Start.UnsubscribedAtSalesmanago => ("1", null),
                Start.UntickedInFirstShop => ("0", null),
                Start.TickedInBothShops => ("1", "1"),
                _ => (null, null),
            };
            if (stored.First is { } first)
                Register(person, 0, first, "has long had an account", isChoice: first == "1");
            if (stored.Second is not null || person.Begins == Start.SilentInSecondShop)
                Register(person, 1, stored.Second, "has long had an account", isChoice: false);
        }

        await world.InsertCardsAsync([.. people.Where(HasCard).Select(person => person.Email)]);
        world.Clock.Advance(long40 / 2);
        foreach (var person in people.Where(HasCard))
        {
            person.Choices.Add(new Choice(world.Now - (long40 / 2), Yes: true, "at SALESmanago"));
            if (person.Begins != Start.UnsubscribedAtSalesmanago)
                continue;
            await world.ChooseOnCardAsync((await world.CardAsync(person.Email))!.Card.Id, yes: false);
            Choose(person, false, "at SALESmanago, before the stores were connected", learned: true);
        }

        world.Clock.Advance(long40 / 2);

        static bool HasCard(PersonHistory person) => person.Begins is Start.UnsubscribedAtSalesmanago or Start.OptedInAtSalesmanagoAlone;
    }

    /// <summary>Steps and late callbacks, each at its own time.</summary>
    async Task LiveUntilAsync(DateTimeOffset until)
    {
        while (true)
        {
            var step = _steps.TryPeek(out _, out var stepAt) ? stepAt : DateTimeOffset.MaxValue;
            var call = _callbacks.TryPeek(out _, out var callAt) ? callAt : DateTimeOffset.MaxValue;
            var next = step <= call ? step : call;
            if (next > until)
                break;
            if (next > world.Now)
                world.Clock.Advance(next - world.Now);
            if (step <= call)
            {
                var (person, planned) = _steps.Dequeue();
                await DoAsync(person, planned);
            }
            else
            {
                var (person, yes) = _callbacks.Dequeue();
                person.Tell(world.Now, $"callback {(yes ? "opt-in" : "opt-out")} arrives");
                await world.CallBackAsync(person.Email, yes);
            }
        }

        world.Clock.Advance(until - world.Now);
    }

    Task DoAsync(PersonHistory person, PlannedStep step)
    {
        switch (step.Act)
        {
            case Act.AccountPage:
                TickBox(person, step);
                return Task.CompletedTask;
            case Act.Card:
                return ChooseOnCardAsync(person, step);
            case Act.Operator:
                return TellOperatorAsync(person, step);
            case Act.Checkout:
                CheckOut(person, step);
                return Task.CompletedTask;
            case Act.RegisterTicked or Act.RegisterUnticked:
                Register(person, step);
                return Task.CompletedTask;
            default:
                DoSomethingElse(person, step);
                return Task.CompletedTask;
        }
    }

    /// <summary>A person sees the box as it is, and can only turn it.</summary>
    void TickBox(PersonHistory person, PlannedStep step)
    {
        var account = person.Accounts[step.Shop];
        var isTicked = account > 0 && StoredIn(step.Shop, account) == "1";
        if (account == 0 || isTicked == step.Yes || (!step.Yes && world.Now - person.RegisteredAt[step.Shop] < Grace))
            return;
        var shop = world.Shops[step.Shop];
        shop.Shop.ChangeCustomer(account, customer => customer with { Meta = Meta(customer.Meta, step.Yes ? "1" : "0", step.Shop) });
        person.LastStored[step.Shop] = step.Yes ? "1" : "0";
        Choose(person, step.Yes, $"on the account page of shop {step.Shop + 1}");
    }

    async Task ChooseOnCardAsync(PersonHistory person, PlannedStep step)
    {
        // Nothing and no look alike through the protocol, so an opt-out of somebody never opted in is no change that anybody could see.
        if (await world.CardAsync(person.Email) is not { } card || (card.Card.EmailConsent == HubConsent.Granted) == step.Yes)
            return;
        await world.ChooseOnCardAsync(card.Card.Id, step.Yes);
        Choose(person, step.Yes, $"at SALESmanago, callback {step.Calls}");
        if (step.Calls is CallingBack.AtOnce or CallingBack.Doubled)
            await world.CallBackAsync(person.Email, step.Yes);
        if (step.Calls is CallingBack.Late or CallingBack.Doubled)
            _callbacks.Enqueue((person, step.Yes), world.Now + step.Late);
    }

    async Task TellOperatorAsync(PersonHistory person, PlannedStep step)
    {
        if (await world.PanelCardAsync(person.Email) is not { } card || (card.EmailConsent.State == ConsentState.Granted) == step.Yes)
            return;
        var state = step.Yes ? ConsentState.Granted : ConsentState.Withdrawn;
        var evidence = new ConsentEvidence("Ewa", "Telefon", null);
        var result = await world.Get<ContactEditing>().StateAsync(card, ConsentChannel.Email, state, evidence, default);
        if (result.Refusal is null)
            Choose(person, step.Yes, "to an operator");
    }

    void CheckOut(PersonHistory person, PlannedStep step)
    {
        if (HasChosenWithin(person, ClocksApart) || person.Accounts[step.Shop] > 0)
            return;
        Order(person, step.Shop, [RunningEngine.Newsletter("1")]);
        if (person.Last is not { Yes: true })
            Choose(person, true, $"at the checkout of shop {step.Shop + 1}");
        else
            person.Tell(world.Now, $"says yes once more at the checkout of shop {step.Shop + 1}");
    }

    void Register(PersonHistory person, PlannedStep step)
    {
        if (person.Accounts[step.Shop] > 0)
            return;
        // An undated tick that comes with a new record is no change of anything: against an earlier no it has no date to win by.
        var ticks = step.Act == Act.RegisterTicked && person.Last is not { Yes: false } && !HasChosenWithin(person, ClocksApart);
        if (!ticks && person.Last is { Yes: true } last && world.Now - last.At > Plan.SurelyLearned)
            person.RegisteredWhileIn.Add(step.Shop);
        var stored = ticks ? "1" : step.StoresZero ? "0" : null;
        Register(person, step.Shop, stored, ticks ? "registers, ticked," : "registers, unticked,", ticks && person.Last is null);
    }

    void Register(PersonHistory person, int shop, string? stored, string words, bool isChoice)
    {
        var meta = stored switch
        {
            null => [],
            "1" when world.Stores.Count > 0 => Meta([], "1", shop),
            _ => WooCommerceShop.With([], PolishShopSeed.NewsletterKey, stored),
        };
        var made = world.Shops[shop].Shop.Register(new WooCustomer { Email = person.Email, FirstName = "Ola", Meta = meta });
        (person.Accounts[shop], person.RegisteredAt[shop], person.LastStored[shop]) = (made.Id, world.Now, stored);
        _owners[shop][made.Id] = person;
        if (isChoice)
            Choose(person, true, $"{words} in shop {shop + 1}");
        else
            person.Tell(world.Now, $"{words} in shop {shop + 1}, stored: {stored ?? "nothing"}");
    }

    void DoSomethingElse(PersonHistory person, PlannedStep step)
    {
        if (step.Act == Act.Order)
        {
            Order(person, step.Shop, []);
            person.Tell(world.Now, $"orders in shop {step.Shop + 1}");
        }
        else if (person.Accounts[step.Shop] is > 0 and var account)
        {
            world.Shops[step.Shop].Shop.ChangeCustomer(account, customer => customer with { FirstName = customer.FirstName + "a" });
            person.Tell(world.Now, $"changes the name in shop {step.Shop + 1}");
        }
    }

    void Order(PersonHistory person, int shop, WooMeta[] meta) => world.Shops[shop].Shop.PlaceOrder(new WooOrder
    {
        CustomerId = person.Accounts[shop],
        Status = "completed",
        PaymentMethod = "bacs",
        Billing = new WooAddress { Email = person.Email, FirstName = "Ola", City = "Gdynia", Country = "PL" },
        Lines = [new WooOrderLine { Name = "Miód", ParentName = "Miód", Sku = "M1", Quantity = 1, Total = 10m, Tax = 2.3m }],
        Meta = meta,
    });

    bool HasChosenWithin(PersonHistory person, TimeSpan time) => person.Last is { } last && world.Now - last.At < time;

    void Choose(PersonHistory person, bool yes, string where, bool learned = false)
    {
        var isFar = person.Last is null || learned || world.Now - person.Last.At >= Plan.SurelyLearned;
        person.Choices.Add(new Choice(world.Now, yes, where) { IsFar = isFar, LearnedAt = learned ? world.Now : null });
        person.Tell(world.Now, $"{(yes ? "YES" : "NO")} {where}{(isFar ? "" : " (close)")}");
    }

    WooMeta[] Meta(WooMeta[] meta, string stored, int shop)
    {
        var changed = WooCommerceShop.With(meta, PolishShopSeed.NewsletterKey, stored);
        var now = world.Shops[shop].Clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return Plan.Dated[shop] ? WooCommerceShop.With(changed, "pomost_consent_at", now) : changed;
    }

    async Task DeliverAsync()
    {
        foreach (var shop in world.Shops)
            await shop.Webhooks.DeliverDueAsync();
    }

    /// <summary>A run of both stores, in a storm now and then with one thing going wrong; then it is quiet for some runs, so that waits
    /// end.</summary>
    async Task<int> WorkAsync(int quiet)
    {
        var draw = Plan.Chance.Next(100);
        var detail = Plan.Chance.Next(1, 6);
        if (!Plan.IsStormy || quiet > 0 || draw >= 40)
        {
            await world.RunAsync();
            return quiet - 1;
        }

        switch (draw)
        {
            case < 12:
                await world.RunAsync(killAtCall: detail);
                break;
            case < 20:
                world.TroubleHub((context, next)
                    => HubDoor.CallOf(context) == "batchupsert" ? HubDoor.LoseAnswerAsync(context, next) : next());
                await world.RunAsync();
                break;
            case < 26:
                world.TroubleHub((context, _) => HubDoor.AnswerAsync(context, 503));
                await world.RunAsync();
                break;
            case < 33:
                world.Shops[detail % 2].Faults.Next(Fault.CutConnection, 1, "customers/");
                await world.RunAsync();
                break;
            default:
                world.Shops[detail % 2].Faults.Next(Fault.ServiceUnavailable, Math.Min(detail, 3));
                await world.RunAsync();
                break;
        }

        world.TroubleHub(null);
        return 5;
    }

    async Task RestAsync()
    {
        foreach (var shop in world.Shops)
            shop.Faults.Clear();
        while (_callbacks.TryDequeue(out var late, out _))
            await world.CallBackAsync(late.Person.Email, late.Yes);
        for (var round = 0; round < 14; round++)
        {
            world.Clock.Advance(TimeSpan.FromMinutes(3));
            await DeliverAsync();
            await world.RunAsync();
            await LookAsync();
        }
    }

    /// <summary>After each run: what Pomost has learned, and what it wrote into the shops.</summary>
    async Task LookAsync()
    {
        foreach (var person in people)
        {
            if (person.Last is { LearnedAt: null } last && await HasLearnedAsync(person, last))
                last.LearnedAt = world.Now;

            for (var shop = 0; shop < 2; shop++)
            {
                var stored = StoredIn(shop, person.Accounts[shop]);
                if (stored == person.LastStored[shop])
                    continue;
                person.Tell(world.Now, $"(Pomost has written {stored ?? "nothing"} into shop {shop + 1})");
                person.LastStored[shop] = stored;
                // What was written in this very run may have been decided before the opt-out was learned in it.
                if (stored == "1" && person.Last is { Yes: false, LearnedAt: { } learned } && learned < world.Now)
                    person.Faults.Add($"Safety in the shop: 1 written into shop {shop + 1} at {Clock(world.Now)}, NO learned at {Clock(learned)}");
            }
        }
    }

    async Task<bool> HasLearnedAsync(PersonHistory person, Choice last)
    {
        if (world.Now - last.At >= Plan.SurelyLearned)
            return true;
        // The ledger tells only when it said the contrary before: what it says may also be a choice before that.
        if (person.Choices.Count < 2 || person.Choices[^2] is not { LearnedAt: not null } before || before.Yes == last.Yes)
            return false;
        var ledger = await world.LedgerAsync(person.Email);
        return last.Yes
            ? ledger.Contains(ConsentState.Granted) && !ledger.Contains(ConsentState.Withdrawn)
            : ledger.Contains(ConsentState.Withdrawn) && !ledger.Contains(ConsentState.Granted);
    }

    async Task JudgeAsync()
    {
        foreach (var person in people)
        {
            var card = await world.CardAsync(person.Email);
            JudgeCard(person, card);
            JudgeRest(person, card?.Card.EmailConsent);
        }
    }

    void JudgeRest(PersonHistory person, HubConsent? card)
    {
        var isIn = card == HubConsent.Granted;
        var stored = Enumerable.Range(0, 2).Where(shop => person.Accounts[shop] > 0)
            .Select(shop => (Shop: shop, Says: StoredIn(shop, person.Accounts[shop]))).ToList();
        var shops = stored.Select(each => $"shop {each.Shop + 1}: {each.Says ?? "nothing"}");
        var shown = $"card {card?.ToString() ?? "none"}, {string.Join(", ", shops)}";
        if (stored.Exists(each => each.Says == (isIn ? "0" : "1")))
            person.Faults.Add($"At rest the sides do not agree: {shown}");
        if (person.Last is not { IsFar: true } last)
            return;
        if (last.Yes != isIn)
            person.Faults.Add($"At rest the state is not the last choice: {(last.Yes ? "yes" : "no")} {last.Where}, {shown}");
        else if (isIn && stored.Exists(each => person.RegisteredWhileIn.Contains(each.Shop) && each.Says != "1"))
            person.Faults.Add($"The consent was not downloaded at registration: {shown}");
    }

    /// <summary>Lines of the card that are ours and opt in, though the last choice before was an opt-out already learned.</summary>
    void JudgeCard(PersonHistory person, HubContact? card)
    {
        foreach (var line in card?.ConsentHistory ?? [])
        {
            if (line is not { Channel: HubChannel.Email, Consent: HubConsent.Granted, Source: not "card" })
                continue;
            var at = line.At - Plan.HubAhead;
            if (person.Choices.FindLast(choice => choice.At <= at) is { Yes: false, LearnedAt: { } learned } last && learned < at)
                person.Faults.Add($"Safety on the card: opted in by us at {Clock(at)}, NO {last.Where} at {Clock(last.At)}, learned at {Clock(learned)}");
        }
    }

    static string Clock(DateTimeOffset at) => at.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    string? StoredIn(int shop, int account) => account == 0 ? null : ConsentScene.StoredIn(world.Shops[shop].Shop, account);
}
