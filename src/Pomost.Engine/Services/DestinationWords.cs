namespace Pomost.Engine;

/// <summary>What the texts call the place where the data go: SALESmanago, or the hub that is built in. The one source of that name.</summary>
/// <param name="Name">As a subject.</param>
/// <param name="Of">After a noun: an account of it.</param>
/// <param name="To">With the preposition of a way there.</param>
/// <param name="In">With the preposition of being there.</param>
/// <param name="From">With the preposition of a way from there.</param>
public sealed record DestinationWords(string Name, string Of, string To, string In, string From)
{
    const string Salesmanago = "SALESmanago";

    /// <param name="inPolish">Polish, else English.</param>
    /// <param name="isHub">The hub, else SALESmanago.</param>
    public static DestinationWords For(bool inPolish, bool isHub) => (inPolish, isHub) switch
    {
        (true, true) => new("wbudowane centrum", "wbudowanego centrum", "do wbudowanego centrum", "we wbudowanym centrum", "z wbudowanego centrum"),
        (true, false) => new(Salesmanago, Salesmanago, "do SALESmanago", "w SALESmanago", "z SALESmanago"),
        (false, true) => new("the built-in hub", "the built-in hub", "to the built-in hub", "in the built-in hub", "from the built-in hub"),
        (false, false) => new(Salesmanago, Salesmanago, "to SALESmanago", "at SALESmanago", "from SALESmanago"),
    };

    /// <summary>At the beginning of a sentence.</summary>
    public static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
