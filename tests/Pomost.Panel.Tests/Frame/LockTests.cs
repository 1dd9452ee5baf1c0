using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pomost.Engine;
using Pomost.Panel.Features.Login;
using Pomost.Panel.Web;
using Pomost.Testing;

namespace Pomost.Panel.Tests.Frame;

/// <summary>Goal: whoever guesses passwords is made to wait, the owner of the address is not locked out, and no answer tells which addresses exist.</summary>
public sealed class LockTests
{
    const string Password = "zielony rower jedzie";
    const string Marta = "marta@sklep.example";
    const string Nobody = "nikt0@sklep.example";

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answer_in_every_state()
    {
        var clock = new FakeClock(TimeProvider.System.GetUtcNow());
        var host = await PanelHost.StartAsync(Fast, clock);
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        // What an earlier version may have left behind for those who exist.
        await host.Database.WriteAsync(session => session.Command("UPDATE app_user SET access_failed_count = 4, lockout_enabled = true").ExecuteAsync());
        await TryAsync(7, "from the first to the pause");
        clock.Advance(TimeSpan.FromMinutes(15));
        await TryAsync(6, "after the pause, and into a longer one");
        clock.Advance(TimeSpan.FromMinutes(15));
        await TryAsync(1, "half through the longer one");
        clock.Advance(TimeSpan.FromMinutes(16));
        await TryAsync(4, "after it");
        clock.Advance(TimeSpan.FromMinutes(16));
        await TryAsync(1, "four wrong ones, a quarter of an hour, one more");
        host = await host.RestartAsync(Fast, clock);
        await TryAsync(7, "after a restart");
        clock.Advance(TimeSpan.FromHours(25));
        await TryAsync(6, "after a day");
        await host.DisposeAsync();

        async Task TryAsync(int times, string when)
        {
            for (var attempt = 1; attempt <= times; attempt++)
            {
                var (known, unknown) = (await LogInAsync(host.Browser(), Marta, "nie to hasło wcale"), await LogInAsync(host.Browser(), Nobody, "nie to hasło wcale"));
                Assert.Equal((when, attempt, HttpStatusCode.UnprocessableEntity), (when, attempt, known.StatusCode));
                Assert.Equal((when, attempt, await SaidAsync(known, Marta)), (when, attempt, await SaidAsync(unknown, Nobody)));
            }
        }
    }

    [Fact]
    public async Task During_a_pause_a_device_that_logged_in_before_gets_in_and_no_other()
    {
        await using var host = await PanelHost.StartAsync(panel => (panel.LoginsPerMinute, panel.OpenRegistration) = (1_000, true));
        var (known, strange, others) = (host.Browser(), host.Browser(), host.Browser());
        await PanelHost.RegisterAsync(known, Marta);
        await PanelHost.SendAsync(known, "/profile", "/logout");
        await PanelHost.RegisterAsync(others, "obca@inny.example");
        await PanelHost.SendAsync(others, "/profile", "/logout");
        for (var attempt = 0; attempt < 5; attempt++)
            await LogInAsync(strange, Marta, "nie to hasło wcale");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(strange, Marta, Password)).StatusCode);
        // Known for somebody else.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(others, Marta, Password)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(known, Marta, "nie to hasło wcale")).StatusCode);
        var answer = await LogInAsync(known, Marta, Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"), one => one.StartsWith("pomost_device_", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);

        // A device that guesses waits as a stranger does.
        await PanelHost.SendAsync(known, "/profile", "/logout");
        for (var attempt = 0; attempt < 5; attempt++)
            await LogInAsync(known, Marta, "nie to hasło wcale");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(known, Marta, Password)).StatusCode);
    }

    [Fact]
    public async Task What_was_refused_stands_in_the_log_of_the_account_and_nowhere_for_unknown_ones()
    {
        await using var host = await PanelHost.StartAsync(Fast);
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        for (var attempt = 0; attempt < 6; attempt++)
        {
            await LogInAsync(host.Browser(), Marta, "nie to hasło wcale");
            await LogInAsync(host.Browser(), Nobody, "nie to hasło wcale");
        }

        var account = Assert.Single(await host.Services.GetRequiredService<IAccounts>().ListAsync(default)).Id;
        var log = host.Services.GetRequiredService<IAuditLog>();
        IReadOnlyList<string> actions = [];
        // Written after the answer.
        for (var look = 0; look < 100 && !actions.Contains("session.locked", StringComparer.Ordinal); look++)
        {
            await Task.Delay(50);
            actions = [.. (await log.ListAsync(account, new AuditFilter("session."), null, 50, default)).Select(kept => kept.Entry.Action)];
        }

        Assert.Equal(["session.locked", "session.refused", "session.refused", "session.refused", "session.refused", "session.opened"], actions);
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_still_lets_in_and_is_made_anew_and_nobodys_has_as_many()
    {
        await using var host = await PanelHost.StartAsync(Fast);
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        Assert.Equal((210_000u, 210_000u), (RoundsOf(await HashAsync()), RoundsOf(host.Services.GetRequiredService<NobodysPassword>().Hash)));
        var old = new PasswordHasher<PomostUser>(Options.Create(new PasswordHasherOptions { IterationCount = 100_000 })).HashPassword(new PomostUser(), Password);
        await host.Database.WriteAsync(session => session.Command("UPDATE app_user SET password_hash = @hash").With("hash", old).ExecuteAsync());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await LogInAsync(host.Browser(), Marta, "nie to hasło wcale")).StatusCode);
        Assert.Equal(old, await HashAsync());
        Assert.Equal(HttpStatusCode.Redirect, (await LogInAsync(host.Browser(), Marta, Password)).StatusCode);
        Assert.Equal(210_000u, RoundsOf(await HashAsync()));
        Assert.Equal(HttpStatusCode.Redirect, (await LogInAsync(host.Browser(), Marta, Password)).StatusCode);

        async Task<string> HashAsync() => (await host.Database.ReadAsync(session => session.Command("SELECT password_hash FROM app_user").QueryAsync(row => row.Text("password_hash"))))[0];

        // A hash of Identity's third version: a byte, the function, the rounds, big-endian.
        static uint RoundsOf(string hash) => BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(hash).AsSpan(5));
    }

    [Fact]
    public async Task A_page_refused_to_a_role_and_refused_log_ins_are_counted_and_the_page_stands_in_the_log()
    {
        var counted = new ConcurrentBag<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Name is "pomost.logins" or "pomost.refusals") listener.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.Add($"{instrument.Name} {value} {tags[0].Key}={tags[0].Value}"));
        listener.Start();
        await using var host = await PanelHost.StartAsync(panel => (panel.LoginsPerMinute, panel.OpenRegistration) = (10_000, true));
        await PanelHost.RegisterAsync(host.Browser(), Marta);
        await PanelHost.RegisterAsync(host.Browser(), "widz@inny.example");
        await host.MoveAsync("widz@inny.example", Marta, AccountRole.Viewer);
        var viewer = host.Browser();
        await LogInAsync(viewer, "widz@inny.example", "nie to hasło wcale");
        Assert.Equal(HttpStatusCode.Redirect, (await LogInAsync(viewer, "widz@inny.example", Password)).StatusCode);

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync("/webhooks?name=tajne")).StatusCode);

        var account = (await host.Services.GetRequiredService<IAccounts>().ListAsync(default))[0].Id;
        IReadOnlyList<KeptAuditEntry> entries = [];
        // Written after the answer.
        for (var look = 0; look < 100 && entries.Count == 0; look++)
        {
            await Task.Delay(50);
            entries = await host.Services.GetRequiredService<IAuditLog>().ListAsync(account, new AuditFilter("access."), null, 50, default);
        }

        var entry = Assert.Single(entries).Entry;
        Assert.Equal(("access.refused", "/webhooks", "Marta Zielińska"), (entry.Action, entry.Subject, entry.Actor));
        // Other tests of the process count, too: each of these at least once.
        Assert.Contains("pomost.refusals 1 policy=" + PanelPolicies.Administer, counted);
        Assert.Contains("pomost.logins 1 outcome=WrongPassword", counted);
        Assert.Contains("pomost.logins 1 outcome=Opened", counted);
        Assert.DoesNotContain(counted, line => line.Contains('@', StringComparison.Ordinal));
    }

    static void Fast(PanelOptions panel) => panel.LoginsPerMinute = 10_000;

    static Task<HttpResponseMessage> LogInAsync(HttpClient browser, string email, string password)
        => PanelHost.SendAsync(browser, "/login", "/login", ("email", email), ("password", password));

    static async Task<string> SaidAsync(HttpResponseMessage answer, string email)
        => PanelHost.Token().Replace(await answer.Content.ReadAsStringAsync(), "").Replace(email, "", StringComparison.Ordinal);
}

/// <summary>The counts themselves.</summary>
public sealed class LoginAttemptsTests : IDisposable
{
    const string Marta = "marta@sklep.example";
    static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");

    readonly FakeClock clock = new(TimeProvider.System.GetUtcNow());
    readonly LoginAttempts attempts;

    public LoginAttemptsTests() => attempts = new LoginAttempts(clock, Microsoft.Extensions.Options.Options.Create(new PanelOptions()));

    public void Dispose() => attempts.Dispose();

    [Fact]
    public void Each_pause_is_twice_as_long_up_to_four_hours_and_a_quiet_day_ends_it()
    {
        foreach (var minutes in new[] { 15, 30, 60, 120, 240, 240 })
        {
            Assert.Equal([4, 3, 2, 1, 0], Enumerable.Range(0, 5).Select(_ => Fail(Here).Left));
            Assert.Equal(clock.GetUtcNow() + TimeSpan.FromMinutes(minutes), attempts.LockedUntil(KeyOf(Here)));
            clock.Advance(TimeSpan.FromMinutes(minutes));
            Assert.Null(attempts.LockedUntil(KeyOf(Here)));
        }

        clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(TimeSpan.FromMinutes(15), Fail(Here).Pause);
    }

    [Fact]
    public void A_few_slips_are_forgotten_after_a_quarter_of_an_hour()
    {
        for (var slip = 0; slip < 4; slip++)
            Fail(Here);
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(4, Fail(Here).Left);
    }

    [Theory]
    [InlineData("192.0.2.200", true)]
    [InlineData("::ffff:192.0.2.200", true)]
    [InlineData("192.0.3.7", false)]
    public void One_network_waits_and_another_does_not(string other, bool waits)
    {
        for (var attempt = 0; attempt < 5; attempt++)
            Fail(Here);
        Assert.Equal(waits, attempts.LockedUntil(KeyOf(IPAddress.Parse(other))) is not null);
    }

    [Fact]
    public void A_network_of_version_six_is_what_one_customer_has()
    {
        Assert.Equal(LoginAttempts.NetworkOf(IPAddress.Parse("2001:db8:1:2::1")), LoginAttempts.NetworkOf(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.NotEqual(LoginAttempts.NetworkOf(IPAddress.Parse("2001:db8:1:2::1")), LoginAttempts.NetworkOf(IPAddress.Parse("2001:db8:1:3::1")));
    }

    [Fact]
    public void Many_networks_together_make_all_wait_but_the_persons_own_device()
    {
        for (var network = 0; network < 25; network++)
        {
            Fail(IPAddress.Parse($"198.51.{network}.1"));
            Fail(IPAddress.Parse($"198.51.{network}.1"));
        }

        Assert.NotNull(attempts.LockedUntil(KeyOf(Here)));
        Assert.Null(attempts.LockedUntil(attempts.KeyOf(Marta, Here, "device")));
        Assert.Null(attempts.LockedUntil(attempts.KeyOf("inna@sklep.example", Here, null)));
        attempts.ForgetPerson(Marta);
        Assert.Null(attempts.LockedUntil(KeyOf(Here)));
    }

    [Fact]
    public void Of_what_was_typed_nothing_is_kept_but_a_hash()
    {
        var key = attempts.KeyOf(new string('x', 4_000_000) + "@sklep.example", Here, null);
        Assert.Equal((64, 6), (key.Person.Length, key.Place.Length));
        Assert.Equal(attempts.KeyOf(" Marta@Sklep.example ", Here, null), KeyOf(Here));
    }

    [Fact]
    public void Letters_are_few_for_a_mailbox_and_for_whoever_asks()
    {
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => attempts.MayMail(Marta, Here)));
        // Those that were refused count for whoever asked.
        Assert.Equal(26, Enumerable.Range(0, 50).Count(n => attempts.MayMail($"osoba{n}@sklep.example", Here)));
        Assert.True(attempts.MayMail("inna@sklep.example", IPAddress.Parse("198.51.100.1")));
    }

    AttemptKey KeyOf(IPAddress from) => attempts.KeyOf(Marta, from, null);

    AttemptAnswer Fail(IPAddress from) => attempts.Fail(KeyOf(from));
}
