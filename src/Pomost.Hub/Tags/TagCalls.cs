namespace Pomost.Hub;

/// <summary>Calls about tags. None of them writes points: the protocol has no such call.</summary>
internal static class TagCalls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("contact/tags", Access.Signed, ListAsync);
        routes.MapCall("contact/managetags", Access.Signed, ManageAsync);
    }

    private static async Task<IResult> ListAsync(HubCall call)
    {
        call.OwnerOrNull();
        return HubCall.Reply(new TagsAnswer(await call.Services.Contacts.CountTagsAsync(call.Account.Id, call.Cancellation)));
    }

    private static async Task<IResult> ManageAsync(HubCall call)
    {
        call.OwnerOrNull();
        var person = ContactPointer.From(call.Body);
        var add = TagName.NormalizeAll(call.Body.Texts("tags"));
        var remove = TagName.NormalizeAll(call.Body.Texts("removeTags"));
        var scoring = call.Body.Flag("tagScoring");
        var (id, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            person.Keys(),
            call.Now,
            change =>
            {
                var contact = person.FindMovedIn(change) ?? throw HubRefusal.ContactNotFound();
                ContactMerge.SetTags(change, contact, add, remove, scoring);
                return contact.Card.Id;
            },
            call.Cancellation);
        return HubCall.Reply(new ContactIdAnswer(id));
    }
}
