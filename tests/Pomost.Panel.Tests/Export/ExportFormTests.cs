using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Pomost.Engine;
using Pomost.Panel.Features.Export;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Tests.Export;

/// <summary>Goal: each field of the export's forms says what is wrong with it, and what was typed comes back.</summary>
public sealed class ExportFormTests
{
    static readonly TimeZoneInfo Warsaw = TimeZoneInfo.FindSystemTimeZoneById("Europe/Warsaw");
    static readonly PanelTexts T = new(Language.Pl);
    static readonly string[] Known = ["pending", "processing", "completed"];
    static readonly string[] Paid = ["processing", "completed"];

    [Theory]
    [InlineData("export", "", "Zaznacz, co wyeksportować.")]
    [InlineData("granted", "none", "Zaznacz, które kontakty wysłać.")]
    [InlineData("from", "31.12.2026", "Wpisz dzień w postaci rrrr-mm-dd, na przykład 2026-03-21.")]
    [InlineData("until", "2026-02-30", "Wpisz dzień w postaci rrrr-mm-dd, na przykład 2026-03-21.")]
    [InlineData("tags", "VIP,<b>", "Tag „<b>” ma niedozwolony znak „<”. Zamień go na _")]
    public void A_wrong_field_of_the_contacts_has_its_message(string field, string typed, string message)
    {
        var good = Good();
        if (field == "granted")
            good.Remove("withdrawn");
        good[field] = typed == "none" ? "" : typed;

        var (options, errors) = Read(good, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T);

        Assert.Null(options);
        Assert.Equal([(field, message)], errors.Select(error => (error.Key, error.Value)));
    }

    [Fact]
    public void All_wrong_fields_are_told_at_once()
    {
        var (options, errors) = Read(new() { ["from"] = "wczoraj", ["until"] = "jutro", ["tags"] = new string('x', 256) }, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T);

        Assert.Null(options);
        Assert.Equal(["export", "from", "granted", "tags", "until"], errors.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith("Tag „xxx", errors["tags"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_that_ends_before_it_begins_is_refused_and_one_day_is_not()
    {
        var backwards = Good();
        (backwards["from"], backwards["until"]) = ("2026-03-02", "2026-03-01");
        Assert.Equal("Data „od” musi być wcześniejsza niż „do”.", Read(backwards, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T).Errors["from"]);

        (backwards["from"], backwards["until"]) = ("2026-03-29", "2026-03-29");
        var choice = Read(backwards, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T).Options!.Choice;
        // The day on which the clock goes forward has 23 hours.
        Assert.Equal(TimeSpan.FromHours(23), choice.Until - choice.From);
    }

    [Fact]
    public void Twenty_tags_are_taken_and_one_more_is_refused_by_number()
    {
        var form = Good();
        form["tags"] = string.Join(',', Enumerable.Range(1, 20).Select(n => $"tag {n}"));
        Assert.Equal(20, Read(form, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T).Options!.Tags.Count);
        form["tags"] += ",tag 21";
        Assert.Equal("Najwyżej 20 tagów naraz. Masz 21.", Read(form, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T).Errors["tags"]);
    }

    [Fact]
    public void Orders_need_a_state_and_the_usual_ones_are_the_stores_own_choice()
    {
        Assert.Equal("Zaznacz co najmniej jeden stan.", Orders("export=1").Check(ExportKind.Transactions, Warsaw, T).Errors["status"]);
        Assert.Equal("Zaznacz co najmniej jeden stan.", Orders("export=1", "status=made-up").Check(ExportKind.Transactions, Warsaw, T).Errors["status"]);
        Assert.Null(Orders("export=1", "status=completed", "status=processing").Check(ExportKind.Transactions, Warsaw, T).Options!.OrderStatuses);
        Assert.Equal(["completed"], Orders("export=1", "status=completed").Check(ExportKind.Transactions, Warsaw, T).Options!.OrderStatuses!);
        Assert.False(Orders("export=1", "status=completed").Check(ExportKind.Transactions, Warsaw, T).Options!.Reversals);
        Assert.True(Orders("export=1", "status=completed", "reversals=1").Check(ExportKind.Transactions, Warsaw, T).Options!.Reversals);
    }

    [Fact]
    public void Buyers_whom_orders_would_add_are_chosen_like_contacts()
    {
        var form = Good();
        form["status"] = "completed";
        Assert.Equal([ConsentState.Granted, ConsentState.Withdrawn], Read(form, ExportKind.Transactions).Check(ExportKind.Transactions, Warsaw, T).Options!.Choice.States);
        form["none"] = "1";
        Assert.Equal(3, Read(form, ExportKind.Transactions).Check(ExportKind.Transactions, Warsaw, T).Options!.Choice.States.Count);
        form.Remove("granted");
        form.Remove("withdrawn");
        form.Remove("none");
        Assert.Contains("granted", Read(form, ExportKind.Transactions).Check(ExportKind.Transactions, Warsaw, T).Errors.Keys);
    }

    [Fact]
    public void Who_leaves_the_newsletter_alone_is_sent_only_when_ticked()
    {
        var form = Good();
        Assert.Equal([ConsentState.Granted, ConsentState.Withdrawn], Read(form, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T).Options!.Choice.States);
        form["none"] = "1";
        Assert.Contains(ConsentState.NoStatement, Read(form, ExportKind.Contacts).Check(ExportKind.Contacts, Warsaw, T).Options!.Choice.States);
    }

    [Theory]
    [InlineData("30", "2026-02-01")]
    [InlineData("365", "2025-03-03")]
    [InlineData("all", "")]
    [InlineData("made up", "2020-01-01")]
    public void A_preset_fills_in_the_dates_and_leaves_the_rest(string preset, string from)
    {
        var form = Good();
        (form["from"], form["until"], form["tags"]) = ("2020-01-01", "", "vip");

        var filled = Read(form, ExportKind.Contacts).With(preset, new DateOnly(2026, 3, 3));

        Assert.Equal((from, "", "vip"), (filled.From, filled.Until, filled.Tags));
    }

    [Fact]
    public void The_preset_of_states_ticks_those_that_count()
        => Assert.Null(Orders("export=1", "status=pending").With("paid", new DateOnly(2026, 3, 3)).Statuses);

    [Fact]
    public void The_form_of_a_run_is_the_one_it_was_started_with()
    {
        var form = Good();
        (form["none"], form["from"], form["until"], form["tags"], form["earlier"]) = ("1", "2025-10-26", "2026-03-29", "wiosna 2026, vip", "1");
        var typed = Read(form, ExportKind.Contacts);
        var run = new ExportRun
        {
            Id = 1,
            Store = new StoreKey(1, 1),
            Number = 1,
            Kind = ExportKind.Contacts,
            State = ExportState.Done,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Options = typed.Check(ExportKind.Contacts, Warsaw, T).Options!,
        };

        Assert.Equal(typed with { Tags = "WIOSNA_2026,VIP", Reversals = true }, ExportForm.Of(run, Warsaw));
    }

    static Dictionary<string, string> Good() => new(StringComparer.Ordinal) { ["export"] = "1", ["granted"] = "1", ["withdrawn"] = "1" };

    static ExportForm Read(Dictionary<string, string> fields, ExportKind kind)
        => ExportForm.Read(new FormCollection(fields.ToDictionary(pair => pair.Key, pair => new StringValues(pair.Value))), kind, Known, Paid);

    static ExportForm Orders(params string[] pairs) => ExportForm.Read(
        new FormCollection(pairs.Append("granted=1").Select(pair => pair.Split('=')).GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => new StringValues([.. group.Select(pair => pair[1])]))),
        ExportKind.Transactions, Known, Paid);
}
