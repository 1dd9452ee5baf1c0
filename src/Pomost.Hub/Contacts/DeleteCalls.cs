namespace Pomost.Hub;

/// <summary>
/// Calls that delete contacts. By default a contact is hidden and comes back, without its consents, at the next write;
/// with <c>permanently</c> everything known of it is erased.
/// </summary>
internal static class DeleteCalls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("contact/delete", Access.Signed, DeleteAsync);
        routes.MapCall("contact/batchDelete", Access.Signed, DeleteManyAsync);
    }

    private static async Task<IResult> DeleteAsync(HubCall call)
    {
        if ((await DeleteAsync(call, [ContactPointer.From(call.Body)])).Count > 0) throw HubRefusal.ContactNotFound();
        return HubCall.Reply(new ResultAnswer("Contact deleted"));
    }

    private static async Task<IResult> DeleteManyAsync(HubCall call)
    {
        var addressees = call.Body.Rows("contacts").ConvertAll(element => Addressees.From(Fields.From(element)));
        if (addressees.Count == 0) throw HubRefusal.Missing("contacts");
        var unknown = await DeleteAsync(call, addressees);
        return HubCall.Reply(new ResultAnswer("Contacts deleted")
        {
            Message =
            [
                .. unknown.Select(index => RowProblem.Of(
                    "contacts", index, addressees[index].Email ?? addressees[index].Id?.ToString(), HubRefusal.ContactNotFound().Message)),
            ],
        });
    }

    /// <returns>The numbers of those who are not there.</returns>
    private static async Task<List<int>> DeleteAsync(HubCall call, IReadOnlyList<ContactPointer> people)
    {
        var source = new WriteSource(call.Name, call.OwnerOrNull());
        var permanently = call.Body.Flag("permanently");
        var keys = new HubKeys();
        foreach (var person in people) person.AddTo(keys);
        var (unknown, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id, keys, call.Now, NotDeleted, call.Cancellation);
        return unknown;

        List<int> NotDeleted(HubChange change) =>
            [.. people.Index().Where(person => !Delete(change, person.Item, permanently, source)).Select(person => person.Index)];
    }

    private static bool Delete(HubChange change, ContactPointer person, bool permanently, WriteSource source)
    {
        // Erasing must reach a contact that was hidden before.
        var contact = permanently ? person.FindAnyIn(change) : person.FindIn(change);
        if (contact is null)
        {
            // Without a card, too, somebody may stand in the file of an earlier job.
            if (permanently) person.EraseIn(change);
            return false;
        }
        if (permanently)
        {
            change.Erase(contact);
            return true;
        }
        foreach (var channel in new[] { HubChannel.Email, HubChannel.Phone })
        {
            var granted = (channel == HubChannel.Email ? contact.Card.EmailConsent : contact.Card.PhoneConsent) == HubConsent.Granted;
            if (granted) ContactMerge.SetConsent(change, contact, channel, new(In: false, Out: true), toBeConfirmed: false, source);
        }
        contact.Card = contact.Card with { Deleted = true };
        return true;
    }
}

/// <summary>How calls about many people name each of them.</summary>
internal static class Addressees
{
    private static readonly string[] Types = ["EMAIL", "CONTACT_ID"];

    /// <exception cref="HubRefusal">Neither by address nor by id; groups by tag, funnel or stage are not known here.</exception>
    public static ContactPointer From(Fields addressee)
    {
        var type = addressee.Text("addresseeType");
        var value = addressee.RequiredText("value");
        var known = Choice.Of(Types, type) ?? (string.Equals(type, "contactId", StringComparison.OrdinalIgnoreCase) ? "CONTACT_ID" : null);
        return known switch
        {
            "EMAIL" => new ContactPointer(null, value),
            "CONTACT_ID" => new ContactPointer(Guid.TryParse(value, out var id) ? id : null, null),
            _ => throw new HubRefusal("addresseeType must be email or contactId", reasonCode: HubRefusal.PatternNotMatched),
        };
    }
}
