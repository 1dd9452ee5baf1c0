using Pomost.Engine;
using Pomost.Panel.Texts;

namespace Pomost.Panel.Features.Operation;

/// <summary>Words of states and alerts.</summary>
static class OperationLooks
{
    public static string Of(OperationTexts t, StoreState state) => state switch
    {
        StoreState.Active => t.StateActive,
        StoreState.Paused => t.StatePaused,
        StoreState.NeedsOperator => t.StateStopped,
        StoreState.Disconnected => t.StateDisconnected,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A state without words."),
    };

    public static AlertText Of(Alert alert, string name, bool isHub, Language language)
    {
        var (polish, english) = AlertWords.Of(alert, name, isHub);
        return language == Language.Pl ? polish : english;
    }
}
