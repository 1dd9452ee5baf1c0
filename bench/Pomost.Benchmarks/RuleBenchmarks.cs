using BenchmarkDotNet.Attributes;
using Pomost.Rules;

namespace Pomost.Benchmarks;

/// <summary>Rules asked several times for every record.</summary>
[MemoryDiagnoser]
public class RuleBenchmarks
{
    static readonly OutgoingContact Contact = new()
    {
        Email = "zofia.wisniewska@example.com",
        Name = "Zofia Wiśniewska",
        Company = "Pracownia Lniana",
        Phone = "+48 601 000 000",
        ExternalId = "4711",
        EmailConsent = ConsentState.Granted,
        Tags = ["woocommerce_klient", "newsletter"],
    };

    [Benchmark]
    public string NormaliseTag() => TagInput.Normalise("Odzież damska / Sukienki letnie");

    [Benchmark]
    public bool ParseEmailAddress() => EmailAddress.TryParse("Zofia.Wisniewska@Example.com", out _, out _);

    [Benchmark]
    public string HashContact() => ContactToSend.HashOf(Contact);
}
