namespace Pomost.Hub;

/// <summary>Calls about the users of an account, who own its contacts.</summary>
internal static class OwnerCalls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("user/listByClient", Access.Signed, call => Task.FromResult(HubCall.Reply(new UsersAnswer(call.Account.Owners))));
        routes.MapCall("contact/setMainOwner", Access.Signed, SetMainOwnerAsync);
    }

    private static async Task<IResult> SetMainOwnerAsync(HubCall call)
    {
        call.Owner();
        var email = call.Body.RequiredText("contact");
        var newOwner = call.OwnerNamed(call.Body.RequiredText("newOwner"));
        var keys = new HubKeys();
        keys.AddEmail(email);
        await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            keys,
            call.Now,
            change =>
            {
                if (change.FindByEmail(email) is not { Card.Deleted: false } contact) throw HubRefusal.ContactNotFound();
                contact.Card = contact.Card with { Owner = newOwner };
                return true;
            },
            call.Cancellation);
        return HubCall.Done();
    }
}
