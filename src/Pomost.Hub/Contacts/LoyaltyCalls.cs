namespace Pomost.Hub;

/// <summary>Calls about loyalty programmes: who is in one, and with how many points. A programme is there as soon as somebody is put into it.</summary>
internal static class LoyaltyCalls
{
    private const int MaxAddressees = 1000;
    private const int MaxName = 255;
    private const long MaxPoints = 1_000_000_000_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCall("loyalty/program/v1/addContact", Access.Signed, call => ChangeAsync(call, (card, program) => Joined(card, program)), secondVersion: false);
        routes.MapCall("loyalty/program/v1/removeContact", Access.Signed, call => ChangeAsync(call, Left), secondVersion: false);
        routes.MapCall("loyalty/program/v1/modifyPoints", Access.Signed, ModifyAsync, secondVersion: false);
    }

    private static async Task<IResult> ModifyAsync(HubCall call)
    {
        var points = call.Body.Integer("points") ?? throw HubRefusal.Missing("points");
        if (points is < 0 or > MaxPoints) throw new HubRefusal("points is out of range", reasonCode: HubRefusal.ExceedsLimits);
        var sign = call.Body.RequiredText("modificationType").ToUpperInvariant() switch
        {
            "ADD" => 1,
            "SUBTRACT" => -1,
            _ => throw new HubRefusal("modificationType must be ADD or SUBTRACT", reasonCode: HubRefusal.PatternNotMatched),
        };
        return await ChangeAsync(call, (card, program) => Modified(card, program, sign * points));
    }

    private static async Task<IResult> ChangeAsync(HubCall call, Func<ContactCard, string, ContactCard> apply)
    {
        call.OwnerOrNull();
        var program = call.Body.RequiredText("loyaltyProgram");
        if (program.Length > MaxName) throw new HubRefusal($"loyaltyProgram is longer than {MaxName} characters", reasonCode: HubRefusal.ExceedsLimits);
        var people = call.Body.Elements("contacts").ConvertAll(element => Addressees.From(Fields.From(element)));
        if (people.Count == 0) throw HubRefusal.Missing("contacts");
        if (people.Count > MaxAddressees) throw new HubRefusal($"At most {MaxAddressees} contacts can be changed at once");
        var keys = new HubKeys();
        foreach (var person in people) person.AddTo(keys);
        // All or none, so that a call can be repeated.
        var (points, _) = await call.Services.Contacts.ChangeAsync(
            call.Account.Id,
            keys,
            call.Now,
            change =>
            {
                long left = 0;
                foreach (var person in people)
                {
                    var contact = person.FindMovedIn(change) ?? throw HubRefusal.ContactNotFound();
                    contact.Card = apply(contact.Card, program);
                    left = contact.Card.Extras.LoyaltyPoints.GetValueOrDefault(program);
                }
                return left;
            },
            call.Cancellation);
        return HubCall.Reply(new PointsAnswer(points));
    }

    private static ContactCard Joined(ContactCard card, string program) => IsIn(card, program)
        ? card
        : card with { Extras = card.Extras with { LoyaltyPrograms = [.. card.Extras.LoyaltyPrograms, program] } };

    private static ContactCard Left(ContactCard card, string program)
    {
        if (!IsIn(card, program)) return card;
        var points = new Dictionary<string, long>(card.Extras.LoyaltyPoints, StringComparer.Ordinal);
        points.Remove(program);
        return card with
        {
            Extras = card.Extras with { LoyaltyPrograms = [.. card.Extras.LoyaltyPrograms.Where(one => one != program)], LoyaltyPoints = points },
        };
    }

    private static ContactCard Modified(ContactCard card, string program, long by)
    {
        if (!IsIn(card, program)) throw new HubRefusal("Contact is not in the loyalty program");
        var now = card.Extras.LoyaltyPoints.GetValueOrDefault(program) + by;
        if (now is < 0 or > MaxPoints) throw new HubRefusal("Contact has not enough points");
        var points = new Dictionary<string, long>(card.Extras.LoyaltyPoints, StringComparer.Ordinal) { [program] = now };
        return card with { Extras = card.Extras with { LoyaltyPoints = points } };
    }

    private static bool IsIn(ContactCard card, string program) => card.Extras.LoyaltyPrograms.Contains(program, StringComparer.Ordinal);
}
