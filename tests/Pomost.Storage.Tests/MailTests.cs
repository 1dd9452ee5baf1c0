using Pomost.Engine;

namespace Pomost.Storage.Tests;

public sealed class MailTestsOnSqlite(SqliteFixture storage) : MailTests(storage), IClassFixture<SqliteFixture>;

public sealed class MailTestsOnPostgreSql(PostgreSqlFixture storage) : MailTests(storage), IClassFixture<PostgreSqlFixture>;

public abstract class MailTests(StorageFixture storage)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private readonly SqlMails mails = new(storage.Database);

    [Fact]
    public async Task A_waiting_mail_is_taken_by_one_and_again_when_its_taker_died()
    {
        var mail = await mails.AddAsync(Mail(MailState.Waiting), default);
        await mails.AddAsync(Mail(MailState.Kept), default);
        Assert.Equal(mail, Assert.Single(await mails.TakeAsync(10, Lease, default)));
        Assert.Empty(await mails.TakeAsync(10, Lease, default));
        storage.Clock.Advance(Lease);
        Assert.Equal(mail.Id, Assert.Single(await mails.TakeAsync(10, Lease, default)).Id);

        await mails.SentAsync(mail.Id, "without links", default);
        storage.Clock.Advance(Lease);
        Assert.Empty(await mails.TakeAsync(10, Lease, default));
        var sent = (await mails.FindAsync(mail.Id, default))!;
        Assert.Equal((MailState.Sent, "without links", 1), (sent.State, sent.ProtectedLetter, sent.Attempts));
        Assert.NotNull(sent.SentAt);
    }

    [Fact]
    public async Task A_mail_that_was_not_sent_comes_again_or_is_given_up()
    {
        var mail = await mails.AddAsync(Mail(MailState.Waiting), default);
        await mails.NotSentAsync(mail.Id, "busy", storage.Clock.GetUtcNow() + Lease, default);
        Assert.Empty(await mails.TakeAsync(10, Lease, default));
        storage.Clock.Advance(Lease);
        Assert.Equal((1, "busy"), Assert.Single(await mails.TakeAsync(10, Lease, default)) is var again ? (again.Attempts, again.Problem) : default);
        await mails.NotSentAsync(mail.Id, "gone", null, default);
        storage.Clock.Advance(Lease);
        Assert.Empty(await mails.TakeAsync(10, Lease, default));
        Assert.Equal((MailState.GivenUp, 2, "gone"), await mails.FindAsync(mail.Id, default) is { } end ? (end.State, end.Attempts, end.Problem) : default);
    }

    [Fact]
    public async Task Mails_are_listed_newest_first_and_removed_oldest_first()
    {
        var first = await mails.AddAsync(Mail(MailState.Kept), default);
        var second = await mails.AddAsync(Mail(MailState.Kept), default);
        Assert.Equal([second.Id, first.Id], (await mails.ListAsync(null, 2, default)).Select(mail => mail.Id));
        Assert.Equal(first.Id, (await mails.ListAsync(second.Id, 1, default))[0].Id);

        storage.Clock.Advance(TimeSpan.FromDays(1));
        var young = await mails.AddAsync(Mail(MailState.Kept), default);
        Assert.Equal(1, await mails.RemoveAsync(storage.Clock.GetUtcNow(), 1, default));
        while (await mails.RemoveAsync(storage.Clock.GetUtcNow(), 100, default) > 0)
        {
        }
        Assert.Equal(young, Assert.Single(await mails.ListAsync(null, 100, default)));
    }

    [Fact]
    public async Task Settings_of_the_installation_are_kept()
    {
        var installation = new SqlInstallation(storage.Database);
        Assert.Null((await installation.ReadAsync(default)).OpenRegistration);
        await installation.SaveAsync(new InstallationSettings { OpenRegistration = true }, default);
        await installation.SaveAsync(new InstallationSettings { OpenRegistration = false }, default);
        Assert.False((await installation.ReadAsync(default)).OpenRegistration);
    }

    private static KeptMail Mail(MailState state) => new()
    {
        Kind = MailKind.Invitation,
        Recipient = "anna@example.com",
        Subject = "Zaproszenie",
        ProtectedLetter = "sealed",
        State = state,
    };
}
