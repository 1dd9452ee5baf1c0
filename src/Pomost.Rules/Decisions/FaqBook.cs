namespace Pomost.Rules;

/// <summary>A question of the IdoSell answers on SALESmanago, and the rules that answer it here.</summary>
/// <param name="Name">Stable name; the test of that name holds the answer.</param>
/// <param name="Question">The question, in English.</param>
/// <param name="Answer">What happens here, in a sentence.</param>
/// <param name="Rules">Names of the rules that make it happen.</param>
public sealed record FaqQuestion(string Name, string Question, string Answer, params IReadOnlyList<string> Rules);

/// <summary>The FAQ, question by question, in its order.</summary>
public static class FaqBook
{
    /// <summary>Every question.</summary>
    public static IReadOnlyList<FaqQuestion> All { get; } =
    [
        new("Is_the_whole_base_of_customers_sent",
            "Is the whole base of the shop's customers sent?",
            "Mode A: only who consented when ordering. Mode B: every account and every new subscriber; earlier subscribers by one explicit import.",
            "who-is-sent", "export-selection"),
        new("Which_data_is_passed_on",
            "Which data is passed on?",
            "The person's data, newsletter states, and the orders that count with goods, value, date and place.",
            "contact-to-send", "address-change", "purchase-to-send", "orders-that-count"),
        new("What_if_the_checkbox_for_the_consent_is_hidden",
            "May the check box for the consent be hidden?",
            "In mode A nobody can consent then, so nobody is sent.",
            "who-is-sent"),
        new("May_several_shops_share_one_account",
            "May several shops share one SALESmanago account?",
            "Yes: each event names its shop, and tags in a shop bear that shop's number.",
            "location-id", "card-tags-to-write"),
        new("Do_contacts_bear_tags",
            "Do the contacts bear tags?",
            "Registration, wholesale, newsletter, every menu level of bought goods, the source, and the shop's own tags.",
            "automatic-tags", "menu-path-tags", "source-tag", "tags-of-person", "shop-tags-to-send"),
        new("When_is_an_unsubscription_without_account_passed_on",
            "Are subscribers without an account marked as opted out when they unsubscribe?",
            "What the shop's list states as withdrawn is sent by itself; who merely vanished from it is listed for a person to decide.",
            "undated-withdrawal", "newest-statement"),
        new("Are_tags_synchronised",
            "Are tags synchronised?",
            "Both ways, each with its prefix; a renamed tag is one removed and one added; one deleted only at SALESmanago comes back.",
            "shop-tags-to-send", "card-tags-to-write", "tag-loop-guard", "same-tag"),
        new("Are_points_of_tags_synchronised",
            "Are the points of tags synchronised?",
            "From SALESmanago to the shop only.",
            "card-tags-to-write"),
        new("Is_a_newsletter_sign_up_passed_on",
            "Is a person passed on who signs up for the newsletter?",
            "In mode B at once; in mode A not without a consent given when ordering.",
            "who-is-sent"),
        new("What_do_opt_in_and_opt_out_mean",
            "What do opt-in and opt-out mean?",
            "Opt-in: consented to the newsletter. Opt-out: gave it up. Silence is neither.",
            "contact-to-send", "newest-statement"),
    ];
}
