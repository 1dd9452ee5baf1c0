using Pomost.Connectors.Module;
using Pomost.Rules;

namespace Pomost.Connectors.Tests.Module;

/// <summary>Goal: where a statement was made is believed only of a dated one. Method: rows as a module sends them.</summary>
public sealed class ModuleMappingTests
{
    static readonly DateTimeOffset At = new(2025, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("registration", ConsentSource.RegistrationForm)]
    [InlineData("account", ConsentSource.AccountPage)]
    [InlineData("checkout", ConsentSource.Checkout)]
    [InlineData("form", ConsentSource.NewsletterForm)]
    [InlineData("import", ConsentSource.Import)]
    [InlineData("pomost", ConsentSource.ShopRecord)]
    [InlineData("kiosk", ConsentSource.ShopRecord)]
    [InlineData(null, ConsentSource.ShopRecord)]
    public void A_subscriber_says_where_the_statement_was_made_when_it_says_when(string? source, ConsentSource expected)
    {
        var dated = new ModuleConsent { State = "withdrawn", At = "2025-11-25T12:00:00Z", Source = source };
        var row = new ModuleContact { Email = "a@poczta.example", EmailConsent = dated, SmsConsent = dated with { At = null } };

        var contact = ModuleMapping.Subscriber(row).Contact!;

        Assert.Equal(new Consent(ConsentState.Withdrawn, At, expected), contact.EmailConsent);
        Assert.Equal(new Consent(ConsentState.Withdrawn), contact.SmsConsent);
    }

    [Theory]
    [InlineData(ConsentSource.RegistrationForm)]
    [InlineData(ConsentSource.AccountPage)]
    [InlineData(ConsentSource.Checkout)]
    [InlineData(ConsentSource.NewsletterForm)]
    [InlineData(ConsentSource.Import)]
    public void A_place_written_is_the_place_read(ConsentSource source)
        => Assert.Equal(source, ModuleMapping.SourceOf(ModuleMapping.NameOf(source)));
}
