using Pomost.Contract;
using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>What came of a trial call.</summary>
public enum TrialOutcome
{
    /// <summary>It arrived here and was understood.</summary>
    Works,

    /// <summary>Something else answers at the address.</summary>
    SomebodyElse,

    /// <summary>Nothing answers.</summary>
    NotReached,

    /// <summary>The address leads into a private network, where SALESmanago does not come.</summary>
    Private,
}

/// <summary>One trial call.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Status">HTTP status of the answer; null without one.</param>
public sealed record Trial(TrialOutcome Outcome, int? Status);

/// <summary>Calls the callback URLs as SALESmanago would, with an address nobody has.</summary>
public sealed class CallbackTrial(Callbacks callbacks, OutgoingHttp http)
{
    /// <summary>A valid address that nobody can have.</summary>
    const string Probe = "probe@pomost.invalid";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="address">Whose URLs.</param>
    /// <param name="claimed">Granted: the opt-in URL; Withdrawn: the opt-out URL.</param>
    /// <param name="server">Where this installation is reached from outside.</param>
    /// <param name="isOwn">True when the operator named the server: private networks are allowed then.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Trial> CallAsync(CallbackAddress address, ConsentState claimed, Uri server, bool isOwn, CancellationToken ct)
    {
        var urls = callbacks.UrlsOf(address, server);
        var url = claimed == ConsentState.Granted ? urls.OptIn : urls.OptOut;
        var called = new Uri($"{url[..url.IndexOf('?', StringComparison.Ordinal)]}?email={Uri.EscapeDataString(Probe)}&key={callbacks.KeyOf(address, Probe)}");
        using var client = isOwn ? http.Own() : http.Guarded("callback");
        client.Timeout = Patience;
        try
        {
            using var answer = await client.GetAsync(called, ct);
            return new Trial(answer.IsSuccessStatusCode ? TrialOutcome.Works : TrialOutcome.SomebodyElse, (int)answer.StatusCode);
        }
        catch (NeedsOperatorException refused) when (refused.Problem == ConnectionProblem.PrivateAddress)
        {
            return new Trial(TrialOutcome.Private, null);
        }
        catch (Exception e) when (e is HttpRequestException or ConnectorException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new Trial(TrialOutcome.NotReached, null);
        }
    }
}
