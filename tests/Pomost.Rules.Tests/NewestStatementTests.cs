using FsCheck;
using FsCheck.Fluent;

namespace Pomost.Rules.Tests;

public class NewestStatementTests
{
    static readonly ConsentSource[] NotImports = [.. Enum.GetValues<ConsentSource>().Where(source => source != ConsentSource.Import)];

    // Statement on record and statement read, as "<state> <date>": + granted, - withdrawn, 0 none; ? no date, 1 and 2 days.
    // Then which holds: the one on record or the one read; for any source but an import, and for an import.
    [Theory]
    [InlineData("0 ?", "0 ?", "record", "record")]
    [InlineData("0 ?", "0 1", "record", "record")]
    [InlineData("0 1", "0 2", "record", "record")]
    [InlineData("+ ?", "0 ?", "record", "record")]
    [InlineData("+ 1", "0 2", "record", "record")]
    [InlineData("- ?", "0 2", "record", "record")]
    [InlineData("- 1", "0 2", "record", "record")]
    [InlineData("0 ?", "+ ?", "read", "read")]
    [InlineData("0 ?", "+ 1", "read", "read")]
    [InlineData("0 ?", "- ?", "read", "read")]
    [InlineData("0 ?", "- 1", "read", "read")]
    [InlineData("0 2", "+ 1", "read", "read")]
    [InlineData("0 2", "- ?", "read", "read")]
    [InlineData("+ ?", "+ ?", "record", "record")]
    [InlineData("- ?", "- ?", "record", "record")]
    [InlineData("+ ?", "- ?", "read", "read")]
    [InlineData("- ?", "+ ?", "record", "record")]
    [InlineData("+ 1", "+ ?", "record", "record")]
    [InlineData("+ 1", "- ?", "record", "record")]
    [InlineData("- 1", "+ ?", "record", "record")]
    [InlineData("- 1", "- ?", "record", "record")]
    [InlineData("+ ?", "+ 1", "read", "read")]
    [InlineData("+ ?", "- 1", "read", "read")]
    [InlineData("- ?", "+ 1", "read", "record")]
    [InlineData("- ?", "- 1", "read", "read")]
    [InlineData("+ 1", "+ 2", "read", "read")]
    [InlineData("+ 1", "- 2", "read", "read")]
    [InlineData("- 1", "+ 2", "read", "read")]
    [InlineData("- 1", "- 2", "read", "read")]
    [InlineData("+ 2", "+ 1", "record", "record")]
    [InlineData("+ 2", "- 1", "record", "record")]
    [InlineData("- 2", "+ 1", "record", "record")]
    [InlineData("- 2", "- 1", "record", "record")]
    [InlineData("+ 1", "+ 1", "record", "record")]
    [InlineData("+ 1", "- 1", "read", "read")]
    [InlineData("- 1", "+ 1", "record", "record")]
    [InlineData("- 1", "- 1", "record", "record")]
    public void The_newest_explicit_statement_holds(string onRecord, string read, string holds, string holdsForAnImport)
    {
        foreach (var recordSource in Enum.GetValues<ConsentSource>())
        {
            var current = Statement(onRecord, recordSource);
            foreach (var source in NotImports)
                Expect(holds, current, Statement(read, source));
            Expect(holdsForAnImport, current, Statement(read, ConsentSource.Import));
        }

        static void Expect(string expected, Consent current, Consent incoming)
            => Assert.Equal(expected == "read" ? incoming : current, NewestStatement.Of(current, incoming));
    }

    [Fact]
    public void The_order_in_which_dated_statements_arrive_makes_no_difference()
    {
        var statement =
            from state in Gen.Elements(Enum.GetValues<ConsentState>())
            from source in Gen.Elements(Enum.GetValues<ConsentSource>())
            from day in Gen.Choose(0, 3)
            select new Consent(state, Given.Noon.AddDays(day), source);
        var twoOrders =
            from statements in Gen.Choose(0, 6).SelectMany(count => statement.ArrayOf(count))
            from shuffled in Gen.Shuffle(statements)
            select (statements, shuffled);

        Prop.ForAll(twoOrders.ToArbitrary(), orders => Holding(orders.statements) == Holding(orders.shuffled)).Check(Texts.Thorough);

        static (ConsentState, DateTimeOffset?) Holding(IEnumerable<Consent> statements)
        {
            var result = statements.Aggregate(Consent.None, NewestStatement.Of);
            return (result.State, result.State == ConsentState.NoStatement ? null : result.At);
        }
    }

    [Fact]
    public void The_same_statement_again_changes_nothing()
    {
        var statement = new Consent(ConsentState.Granted, Given.Noon, ConsentSource.Checkout, "Chcę newsletter");
        Assert.Same(statement, NewestStatement.Of(statement, statement with { }));
    }

    static Consent Statement(string text, ConsentSource source)
    {
        var state = text[0] switch { '+' => ConsentState.Granted, '-' => ConsentState.Withdrawn, _ => ConsentState.NoStatement };
        return new Consent(state, text[2] == '?' ? null : Given.Noon.AddDays(text[2] - '0'), source);
    }
}
