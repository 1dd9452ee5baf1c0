using Pomost.Rules;

namespace Pomost.Engine;

/// <summary>Which tags a person still has to get, lose or keep.</summary>
static class TagDecider
{
    /// <summary>Everything that may give tags in a store.</summary>
    public static TagSources SourcesOf(DecisionContext context)
    {
        var options = context.Store.Options;
        return new TagSources(
            context.Platform, context.ShopDomain, options.AutomaticTags, options.TagsFor(TagEvent.Registration), options.TagsFor(TagEvent.Newsletter),
            options.TagsFor(TagEvent.Purchase), context.Run?.Options.Tags ?? [])
        {
            GuestPurchase = options.TagsFor(TagEvent.GuestPurchase),
            AbandonedCart = options.TagsFor(TagEvent.AbandonedCart),
        };
    }

    /// <summary>Tags to add, tags of before that stay wanted, and the plan for the shop's own tags.</summary>
    public static (List<string> Add, IReadOnlyList<string> Kept, ShopTagPlan Own) Of(DecisionContext context, ShopContact contact, PersonFacts person)
    {
        var given = TagsOfPerson.OfContact(contact, SourcesOf(context)).Select(line => line.Tag).ToList();
        var own = ShopTagsToSend.Of(contact.ShopTags, context.Platform, person.OwnTags, given);
        if (!contact.IsWholesaler && person is { AccountRead: { } read, IsOwedOrSent: true, WantedTags.Count: > 0 })
        {
            var ended = EndedRoleTags.Of(read.Value, contact, [.. given, .. own.Own]).Where(tag => person.WantedTags.Contains(tag, TagComparer.Instance));
            own = own with { Remove = [.. own.Remove, .. ended] };
        }

        IReadOnlyList<string> kept = own.Remove.Count == 0 ? person.WantedTags : [.. person.WantedTags.Except(own.Remove, TagComparer.Instance)];
        return (New(given.Concat(own.Own), kept), kept, own);
    }

    /// <summary>Tags an order adds to its buyer.</summary>
    public static List<string> OfOrder(DecisionContext context, ShopOrder order, PersonFacts person)
        => New(TagsOfPerson.OfOrder(order, SourcesOf(context)).Select(line => line.Tag), person.WantedTags);

    /// <summary>Tags of somebody whose account an order lets in: those of the order and those of the account.</summary>
    public static (List<string> Add, IReadOnlyList<string> Kept, ShopTagPlan Own) OfAccountLetIn(
        DecisionContext context, ShopOrder order, ShopContact account, PersonFacts person)
    {
        var (ofAccount, kept, own) = Of(context, account, person);
        return ([.. OfOrder(context, order, person).Union(ofAccount, TagComparer.Instance)], kept, own);
    }

    /// <summary>Tags that goods of an edited order add to its buyer.</summary>
    public static List<string> OfGoods(DecisionContext context, ShopOrder order, PersonFacts person)
        => New(TagsOfPerson.OfGoods(order, SourcesOf(context)).Select(line => line.Tag), person.WantedTags);

    /// <summary>Tags an abandoned cart adds to its person.</summary>
    public static List<string> OfCart(DecisionContext context, PersonFacts person)
        => New(TagsOfPerson.OfCart(SourcesOf(context)).Select(line => line.Tag), person.WantedTags);

    static List<string> New(IEnumerable<string> tags, IReadOnlyList<string> wanted)
    {
        var fresh = tags.Except(wanted, StringComparer.Ordinal).ToList();
        // Most people have nothing new: then no spelling need be compared.
        return fresh.Count == 0 || wanted.Count == 0 ? fresh : [.. fresh.Except(wanted, TagComparer.Instance)];
    }
}
