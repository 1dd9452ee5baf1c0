using Pomost.Engine;
using Pomost.Panel.Texts;
using Pomost.Rules;

namespace Pomost.Panel.Features.Export;

/// <summary>Words for kinds of runs, lists and fields. No default arms where a new kind must get its words.</summary>
static class ExportLooks
{
    public static string NameOf(this ExportTexts t, ExportKind kind) => kind switch
    {
        ExportKind.Contacts => t.Contacts,
        ExportKind.Transactions => t.Transactions,
        ExportKind.Subscribers => t.Subscribers,
        _ => throw Unknown(kind),
    };

    public static string TitleOf(this ExportTexts t, ExportKind kind, string number) => kind switch
    {
        ExportKind.Contacts => t.RunTitleContacts(number),
        ExportKind.Transactions => t.RunTitleTransactions(number),
        ExportKind.Subscribers => t.RunTitleSubscribers(number),
        _ => throw Unknown(kind),
    };

    /// <summary>The heading of a run's card: what it does or did.</summary>
    public static string HeadingOf(this ExportTexts t, RunNumbers numbers) => (numbers.IsDryRun, numbers.IsUnfinished, numbers.Run.Kind) switch
    {
        (true, _, ExportKind.Contacts) => t.PreviewContacts,
        (true, _, ExportKind.Transactions) => t.PreviewTransactions,
        (true, _, _) => t.PreviewSubscribers,
        (false, true, ExportKind.Contacts) => t.OnTheWayContacts,
        (false, true, ExportKind.Transactions) => t.OnTheWayTransactions,
        (false, true, _) => t.OnTheWaySubscribers,
        (false, false, var kind) => t.NameOf(kind),
    };

    public static string Counted(this ExportTexts t, ExportKind kind, long number) => kind switch
    {
        ExportKind.Contacts => t.CountedContacts(number),
        ExportKind.Transactions => t.CountedOrders(number),
        ExportKind.Subscribers => t.CountedSubscribers(number),
        _ => throw Unknown(kind),
    };

    public static string Progress(this ExportTexts t, ExportKind kind, string done, string total, string sent) => kind switch
    {
        ExportKind.Contacts => t.ProgressOfContacts(done, total, sent),
        ExportKind.Transactions => t.ProgressOfOrders(done, total, sent),
        ExportKind.Subscribers => t.ProgressOfSubscribers(done, total, sent),
        _ => throw Unknown(kind),
    };

    public static string Start(this ExportTexts t, ExportKind kind, long number) => kind switch
    {
        ExportKind.Contacts => t.StartContacts(number),
        ExportKind.Transactions => t.StartOrders(number),
        ExportKind.Subscribers => t.StartSubscribers(number),
        _ => throw Unknown(kind),
    };

    public static string Zero(this ExportTexts t, ExportKind kind, long number) => kind switch
    {
        ExportKind.Contacts => t.ZeroContacts(number),
        ExportKind.Transactions => t.ZeroOrders(number),
        ExportKind.Subscribers => t.ZeroSubscribers(number),
        _ => throw Unknown(kind),
    };

    public static string Of(this ExportTexts t, OrderStage stage) => stage switch
    {
        OrderStage.Open => t.StageOpen,
        OrderStage.ConfirmedAndPaid => t.StagePaid,
        OrderStage.Cancelled => t.StageCancelled,
        OrderStage.Refunded => t.StageRefunded,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "A stage without words."),
    };

    /// <summary>The name of a list of records; null when there is no such list.</summary>
    public static string? Of(this PanelTexts t, PreviewList list) => list == PreviewList.New ? t.Export.NewOnes
        : list == PreviewList.Changed ? t.Export.ChangedOnes
        : Enum.TryParse<ReasonCode>(list.Name, out var code) && Enum.IsDefined(code) && code.ToString() == list.Name ? t.Reasons.Of(code) : null;

    public static string Of(this ExportTexts t, TimeShare share, string destination) => share switch
    {
        TimeShare.Shop => t.Shop,
        TimeShare.Limit => t.ShareLimit,
        TimeShare.Rest => t.ShareRest,
        TimeShare.Destination => destination,
        TimeShare.Own => "Pomost",
        _ => throw new ArgumentOutOfRangeException(nameof(share), share, "A share without words."),
    };

    /// <summary>A field of the shop's record; one that a platform alone knows keeps its own name.</summary>
    public static string FieldOf(this ExportTexts t, string field) => field switch
    {
        "email" => t.FieldEmail,
        "total" => t.FieldTotal,
        "date" => t.FieldDate,
        "consent" => t.FieldConsent,
        "id" => t.FieldId,
        "destination" => t.FieldDestination,
        _ => field,
    };

    /// <summary>A value as this role may see it: viewers see no addresses, nor what was typed for one.</summary>
    public static string Masked(RejectedRow row, AccountRole role)
    {
        var value = row.Value ?? "";
        if (role != AccountRole.Viewer || value.Length == 0 || (row.Field != "email" && !value.Contains('@', StringComparison.Ordinal)))
            return value;
        return Masked(value, role);
    }

    /// <summary>An address as this role may see it, even when it is none.</summary>
    public static string Masked(string? email, AccountRole role)
    {
        if (string.IsNullOrEmpty(email) || role != AccountRole.Viewer)
            return email ?? "";
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return email[..1] + "***" + (at < 1 ? "" : email[at..]);
    }

    /// <summary>A record's id as this role may see it: of people without account it is their address.</summary>
    public static string Record(string sourceId, AccountRole role) => sourceId.Contains('@', StringComparison.Ordinal) ? Masked(sourceId, role) : sourceId;

    /// <summary>True when the destination is waited for, and not the shop.</summary>
    public static bool IsOfDestination(WaitReason reason) => reason is WaitReason.DestinationAsked or WaitReason.DestinationFails;

    static ArgumentOutOfRangeException Unknown(ExportKind kind) => new(nameof(kind), kind, "A kind of run without words.");
}
