using Microsoft.AspNetCore.Components;
using Pomost.Panel.Texts;
using Pomost.Panel.Web;

namespace Pomost.Panel.Components;

/// <summary>Every page and part knows the request it answers; texts are <c>T</c>, formats <c>F</c>.</summary>
public abstract class PanelComponent : ComponentBase
{
    [Inject]
    public required PanelRequest R { get; set; }

    protected PanelTexts T => R.T;

    protected Formats F => R.F;
}

/// <summary>The six tones of badges, alerts and marks; each goes with a word and, where there is room, an icon.</summary>
public enum Tone
{
    Plain,
    Ok,
    Warn,
    Bad,
    Info,
    Plum,
    Primary,
}

public static class Tones
{
    public static string Css(this Tone tone) => tone switch
    {
        Tone.Ok => "ok",
        Tone.Warn => "warn",
        Tone.Bad => "bad",
        Tone.Info => "info",
        Tone.Plum => "plum",
        Tone.Primary => "pri",
        _ => "",
    };
}
