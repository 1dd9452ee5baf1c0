using System.Threading.Channels;
using Pomost.Engine;

namespace Pomost.Panel.Tests.Frame;

/// <summary>The real store of mails, which also tells when one was written: some are written after the answer was given.</summary>
sealed class WatchedMails(IMails inner) : IMails
{
    // Only ends a test that would never pass.
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    readonly Channel<KeptMail> written = Channel.CreateUnbounded<KeptMail>();

    public Task<KeptMail> NextAsync() => written.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    public async Task<KeptMail> AddAsync(KeptMail mail, CancellationToken ct)
    {
        var kept = await inner.AddAsync(mail, ct);
        written.Writer.TryWrite(kept);
        return kept;
    }

    public Task<IReadOnlyList<KeptMail>> ListAsync(long? before, int max, CancellationToken ct) => inner.ListAsync(before, max, ct);

    public Task<KeptMail?> FindAsync(long id, CancellationToken ct) => inner.FindAsync(id, ct);

    public Task<IReadOnlyList<KeptMail>> TakeAsync(int max, TimeSpan lease, CancellationToken ct) => inner.TakeAsync(max, lease, ct);

    public Task SentAsync(long id, string protectedLetter, CancellationToken ct) => inner.SentAsync(id, protectedLetter, ct);

    public Task NotSentAsync(long id, string problem, DateTimeOffset? nextTryAt, CancellationToken ct) => inner.NotSentAsync(id, problem, nextTryAt, ct);

    public Task<int> RemoveAsync(DateTimeOffset before, int max, CancellationToken ct) => inner.RemoveAsync(before, max, ct);
}
