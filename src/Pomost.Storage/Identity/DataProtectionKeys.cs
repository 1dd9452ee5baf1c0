using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Pomost.Storage;

/// <summary>Keeps the keys that encrypt cookies and stored secrets in the database, so that every node reads the same.</summary>
/// <remarks>The interface is synchronous; it is called a few times at start and when a key is renewed.</remarks>
internal sealed class DataProtectionKeys(Database database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => Wait(() => database.ReadAsync(session =>
        session.Command("SELECT xml FROM data_protection_key ORDER BY id").QueryAsync(row => XElement.Parse(row.Text("xml")))));

    public void StoreElement(XElement element, string friendlyName) => Wait(() => database.WriteAsync(session =>
        session.Command("INSERT INTO data_protection_key (friendly_name, xml, created_at) VALUES (@name, @xml, @now)")
            .With("name", friendlyName).With("xml", element.ToString(SaveOptions.DisableFormatting)).With("now", database.Clock.GetUtcNow()).ExecuteAsync()));

    // On the thread pool, where no continuation waits for the thread that is blocked here.
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
