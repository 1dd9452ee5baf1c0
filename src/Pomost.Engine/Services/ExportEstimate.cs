using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>How long a run would take, as far as its dry run and earlier runs tell.</summary>
/// <param name="ByDay">At the store's slowest hours; the only figure when it has no budget.</param>
/// <param name="ByNight">At its fastest hours; null when all are alike.</param>
/// <param name="IsLeast">True when nothing is known of the destination's pace: it takes at least that long.</param>
public sealed record ExportEstimate(TimeSpan ByDay, TimeSpan? ByNight, bool IsLeast)
{
    static readonly TimeSpan BudgetWindow = TimeSpan.FromMinutes(10);

    /// <summary>Reading and sending go side by side, so the slower of the two counts. Null for a dry run that has not ended or sends nothing.</summary>
    /// <param name="preview">The dry run.</param>
    /// <param name="last">The last run of the kind that sent anything; null = none.</param>
    /// <param name="budget">The store's budget; null = none.</param>
    public static ExportEstimate? Of(ExportRun preview, ExportRun? last, HourlyBudget? budget)
    {
        if (!preview.ReadToEnd || preview.ToSend == 0)
            return null;
        var reading = TimeSpan.FromMilliseconds(preview.ShopMilliseconds + preview.LimitMilliseconds + preview.OwnMilliseconds);
        TimeSpan? sending = last is { Sent: > 0, DestinationMilliseconds: > 0 }
            ? TimeSpan.FromMilliseconds((double)last.DestinationMilliseconds / last.Sent * preview.ToSend) : null;
        var working = sending > reading ? sending.Value : reading;
        if (budget is not { IsUsable: true })
            return new ExportEstimate(working, null, sending is null);
        var (slow, fast) = (budget.PerTenMinutes.Where(count => count > 0).Min(), budget.PerTenMinutes.Max());
        var (byDay, byNight) = (Longer(working, Allowed(preview.Read, slow)), Longer(working, Allowed(preview.Read, fast)));
        return new ExportEstimate(byDay, byNight < byDay ? byNight : null, sending is null && byDay == working);
    }

    static TimeSpan Allowed(long records, int perTenMinutes) => BudgetWindow * ((records - 1) / perTenMinutes);

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
