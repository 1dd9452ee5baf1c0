using System.Text.Json;

namespace Pomost.Hub;

/// <summary>Takes people out of the files that jobs left.</summary>
public static class JobFileErasure
{
    /// <summary>A file without the rows of some people.</summary>
    /// <param name="file">The file as stored.</param>
    /// <param name="contactIds">Ids of the people's cards.</param>
    /// <param name="emailKeys">Their addresses, as <see cref="ContactCard.KeyOf"/> gives them.</param>
    /// <param name="removed">How many rows were taken out.</param>
    /// <returns>Null when none of them stands in it.</returns>
    public static string? Without(string file, IReadOnlySet<Guid> contactIds, IReadOnlySet<string> emailKeys, out int removed)
    {
        removed = 0;
        if (JsonSerializer.Deserialize(file, HubJson.Default.JobFile) is not { Contacts: { } rows }) return null;
        List<JobFileContact> kept = [.. rows.Where(row => !IsOf(row, contactIds, emailKeys))];
        removed = rows.Count - kept.Count;
        return removed == 0 ? null : JsonSerializer.Serialize(new JobFile(kept), HubJson.Default.JobFile);
    }

    private static bool IsOf(JobFileContact row, IReadOnlySet<Guid> contactIds, IReadOnlySet<string> emailKeys) =>
        (row.Id is { } id && contactIds.Contains(id)) || (row.Email is { } email && emailKeys.Contains(ContactCard.KeyOf(email)));
}
