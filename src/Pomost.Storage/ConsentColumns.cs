using Pomost.Rules;

namespace Pomost.Storage;

/// <summary>A statement spread over four columns with a common beginning.</summary>
internal static class ConsentColumns
{
    /// <summary>Reads <c>{channel}_state</c>, <c>_at</c>, <c>_source</c> and <c>_wording</c>.</summary>
    public static Consent Consent(this Row row, string channel) => new(
        row.Name<ConsentState>(channel + "_state"), row.TimeOrNull(channel + "_at"), row.Name<ConsentSource>(channel + "_source"), row.TextOrNull(channel + "_wording"));

    public static BulkStatement<T> Consent<T>(this BulkStatement<T> statement, string channel, Func<T, Consent> consent) => statement
        .Text(channel + "_state", row => EnumColumns.NameOf(consent(row).State))
        .Time(channel + "_at", row => consent(row).At)
        .Text(channel + "_source", row => EnumColumns.NameOf(consent(row).Source))
        .Text(channel + "_wording", row => consent(row).Wording);
}
