using Pomost.Contract;

namespace Pomost.Engine;

/// <summary>
/// Lets each part of a store's work ask the shop, and keeps its failure from the other parts: what fails waits alone. The whole shop waits when it says so, when
/// nothing comes back from it at all, or when every part that asked failed.
/// </summary>
sealed class ShopGate(StoreRun run, Standstill standstill)
{
    bool _isShut;
    bool _answered;
    bool _failed;
    bool _isRefusedOnce;

    /// <summary>False when the shop, or this part of the work, is to be left alone now.</summary>
    public bool IsOpenFor(WorkPace part) => !_isShut && run.Now >= run.Pace.ShopNotBefore && run.Now >= part.NotBefore;

    /// <summary>Does a part of the work. Gives false when it could not be done, or not to its end.</summary>
    /// <param name="part">The part.</param>
    /// <param name="work">The work.</param>
    /// <param name="answers">True for work that never ends well without an answer of the shop, false for work that keeps its failures to itself; null = its
    /// answers are counted.</param>
    public async Task<bool> AskAsync(WorkPace part, Func<Task> work, bool? answers = null)
    {
        if (!IsOpenFor(part))
            return false;
        var signals = run.Engine.Connections.SignalsOf(run.Store);
        var before = signals.Answers;
        try
        {
            await OnceMoreWhenRefusedAsync(work);
            if (answers ?? signals.Answers > before)
                NoteAnswer(part);
            return true;
        }
        catch (RetryLaterException e)
        {
            Wait(part, e);
        }
        catch (NeedsOperatorException e)
        {
            _isShut = true;
            await standstill.BeginAsync(e);
        }
        catch (Exception e) when (Poison.Is(e))
        {
            NoteUnforeseen(part, e);
        }

        return false;
    }

    /// <summary>The same for work that asks no shop: what fails for a reason nobody foresaw waits alone.</summary>
    public async Task GuardAsync(WorkPace part, Func<Task> work)
    {
        if (run.Now < part.NotBefore)
        {
            run.IsDueAt(part.NotBefore);
            return;
        }

        try
        {
            await work();
            part.NoteAnswer();
        }
        catch (Exception e) when (Poison.Is(e))
        {
            NoteUnforeseen(part, e);
            run.IsDueAt(part.NotBefore);
        }
    }

    /// <summary>The same for what a store can do without (the module in the shop): whatever is wrong with it stops nothing else.</summary>
    /// <param name="work">The work.</param>
    /// <param name="note">Told what went wrong.</param>
    /// <param name="part">Waits after a failure; null where the caller has a turn of its own.</param>
    public async Task<bool> AskOptionalAsync(Func<Task> work, Action<ConnectorException> note, WorkPace? part = null)
    {
        if (part is not null && run.Now < part.NotBefore)
            return false;
        try
        {
            await work();
            part?.NoteAnswer();
            return true;
        }
        catch (ConnectorException e)
        {
            note(e);
            part?.NoteFailure(run.Now, run.Now + Backoff.After(part.Failures + 1, (e as RetryLaterException)?.After, run.Engine.Chance));
            return false;
        }
        catch (Exception e) when (Poison.Is(e))
        {
            NoteUnforeseen(part ?? new WorkPace(), e);
            return false;
        }
    }

    /// <summary>A person asked: no wait of ours stands in the way.</summary>
    public void LookAtOnce()
    {
        _isShut = false;
        run.Pace.ShopNotBefore = DateTimeOffset.MinValue;
        foreach (var part in run.Pace.Parts)
            part.LookAtOnce();
    }

    /// <summary>What this run learned of the shop as a whole.</summary>
    public void Conclude()
    {
        if (_failed && !_answered && run.Now >= run.Pace.ShopNotBefore)
            WaitForShop(null);
    }

    void NoteAnswer(WorkPace part)
    {
        _answered = true;
        part.NoteAnswer();
        run.Pace.ShopFailures = 0;
    }

    // A proxy or a cache before the shop refuses now and then what the shop itself takes.
    async Task OnceMoreWhenRefusedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (NeedsOperatorException e) when (!_isRefusedOnce && e.Problem is ConnectionProblem.CredentialsRefused or ConnectionProblem.PermissionMissing)
        {
            _isRefusedOnce = true;
            await work();
        }
    }

    void Wait(WorkPace part, RetryLaterException e)
    {
        _failed = true;
        if (e.After is not null || (e.ConcernsAll && !_answered))
            WaitForShop(e.After);
        // One longer than the shop's own wait, so that another part tries it first.
        part.NoteFailure(run.Now, run.Now + Backoff.After(part.Failures + 2, null, run.Engine.Chance));
        StoreRunLog.ShopWaits(run.Log, run.Key.StoreId, part.Failures, e.Message);
    }

    // Says nothing of the shop, which may have answered well.
    void NoteUnforeseen(WorkPace part, Exception e)
    {
        part.NoteFailure(run.Now, run.Now + Backoff.After(part.Failures + 1, null, run.Engine.Chance));
        StoreRunLog.PartFailed(run.Log, run.Key.StoreId, part.Failures, Poison.TraceOf(e));
    }

    void WaitForShop(TimeSpan? asked)
    {
        _isShut = true;
        run.Pace.ShopFailures++;
        run.Pace.ShopNotBefore = run.Now + Backoff.After(run.Pace.ShopFailures, asked, run.Engine.Chance);
        run.Pace.ShopReason = asked is null ? WaitReason.ShopFails : WaitReason.ShopAsked;
    }
}
