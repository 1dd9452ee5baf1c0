namespace Pomost.Engine;

/// <summary>An alert as a person reads it.</summary>
/// <param name="Title">One line.</param>
/// <param name="Body">What happened, what was kept, what to do.</param>
public sealed record AlertText(string Title, string Body);

/// <summary>Words of alerts.</summary>
public static class AlertWords
{
    /// <param name="alert">The alert.</param>
    /// <param name="name">Name of the store, or of the account.</param>
    /// <param name="isHub">True when the store's data go into the built-in hub.</param>
    public static (AlertText Polish, AlertText English) Of(Alert alert, string name, bool isHub = false)
    {
        var (po, en) = (DestinationWords.For(inPolish: true, isHub), DestinationWords.For(inPolish: false, isHub));
        var (polish, english) = alert.Kind switch
        {
            AlertKind.Lag => (
                ($"{name}: zmiany czekają od {alert.Detail} min", $"Zmiany ze sklepu nie dotarły jeszcze {po.To}. Nic nie przepadło, czekają w kolejce. Zajrzyj do panelu: Doręczenia."),
                ($"{name}: changes wait for {alert.Detail} minutes", $"Changes of the shop have not reached {en.Name} yet. Nothing is lost, they wait in the queue. See the panel: Deliveries.")),
            AlertKind.GivenUp => (
                ($"{name}: niedostarczone rekordy: {alert.Detail}", "Rekordy odrzucono albo nie udało się ich dostarczyć przez 24 godziny. Są zachowane. W panelu, w Doręczeniach, zobaczysz powody i wyślesz je ponownie."),
                ($"{name}: {alert.Detail} records given up", "Records were refused, or could not be delivered for 24 hours. They are kept. The panel's Deliveries page shows the reasons and sends them again.")),
            AlertKind.StandsStill => (
                ($"{name}: połączenie stoi ({alert.Detail})", $"Sklep lub {po.Name} odrzuca dane dostępowe albo ustawienie. Kolejka jest zachowana. Popraw ustawienie w panelu; praca ruszy dalej od tego samego miejsca. Jeśli to sklep lub {po.Name} znów zacznie je przyjmować, praca ruszy sama: sprawdzamy po kwadransie, po godzinie, a potem co 6 godzin."),
                ($"{name}: the connection stands still ({alert.Detail})", $"The shop or {en.Name} refuses the credentials or a setting. The queue is kept. Mend the setting in the panel; work goes on from the same place. When the shop or {en.Name} accepts it again, work goes on by itself: we look after 15 minutes, after an hour, then every 6 hours.")),
            AlertKind.WebhooksLost => (
                ($"{name}: zgubione webhooki od wczoraj: {alert.Detail}", "Sklep nie powiadomił o części zmian. Odczytaliśmy je sami, więc nic nie przepadło, ale docierają później. Sprawdź webhooki w sklepie."),
                ($"{name}: {alert.Detail} webhooks lost since yesterday", "The shop did not announce some changes. We found them by ourselves, so nothing is lost, but they come later. Look at the shop's webhooks.")),
            AlertKind.WebhookFails => (
                ($"Webhook nie przyjmuje powiadomień: {alert.Detail}", "Od godziny odbiorca nie przyjął żadnego powiadomienia. Próbujemy dalej, każde przez 24 godziny, i niczego nie wyłączamy. Próby zobaczysz w panelu: Webhooki."),
                ($"Webhook takes nothing: {alert.Detail}", "The receiver has taken no message for an hour. We go on trying, each for 24 hours, and switch nothing off. The panel's Webhooks page shows the tries.")),
            AlertKind.ShopPutsBack => (
                ($"{name}: sklep przywraca wartość pola {alert.Detail}",
                    "Zapisaliśmy w sklepie zgodę lub wypis, a sklep wrócił do poprzedniej wartości. Wybór klienta obowiązuje " + po.In + ", ale sklep pokazuje inny. " +
                    "Sprawdź wtyczki, które zapisują to pole, a potem ponów zapis w panelu: Doręczenia."),
                ($"{name}: the shop keeps putting back the field {alert.Detail}",
                    "We wrote a consent or an opt-out into the shop, and the shop returned to its previous value. The customer's choice is kept " + en.In + ", but the shop " +
                    "shows another one. Check the plug-ins that write this field, then send it again from the panel: Deliveries.")),
            AlertKind.ShopSilent => (
                ($"{name}: sklep nie odpowiada od {alert.Detail} min",
                    "Próbujemy dalej, co kilka minut. Nic nie przepadło: zmiany odczytamy, gdy sklep wróci. Sprawdź, czy sklep otwiera się w przeglądarce, a jeśli tak, " +
                    "czy zapora hostingu nie odrzuca naszych zapytań."),
                ($"{name}: the shop has not answered for {alert.Detail} minutes",
                    "We go on trying, every few minutes. Nothing is lost: the changes are read when the shop is back. See whether the shop opens in a browser and, if it does, " +
                    "whether a firewall of its host refuses our requests.")),
            AlertKind.PartFails => (
                ($"{name}: część pracy nie udaje się od {alert.Detail} min",
                    "Reszta działa. Próbujemy dalej, co kilka minut, i nic nie przepadło: zaległe dane odczytamy, gdy sklep znów je poda. Zajrzyj w panelu do połączenia " +
                    "tego sklepu i do dziennika błędów sklepu; jeśli sklep działa dobrze, prześlij nam dziennik Pomostu."),
                ($"{name}: a part of the work has failed for {alert.Detail} minutes",
                    "The rest goes on. We go on trying, every few minutes, and nothing is lost: what is missing is read when the shop gives it again. See the shop's connection " +
                    "in the panel and the shop's error log; if the shop is well, send us Pomost's log.")),
            AlertKind.ShopLag => (
                ($"{name}: zmiany dla sklepu czekają od {alert.Detail} min",
                    "Zgody, wypisy albo poprawki z panelu nie zostały jeszcze zapisane w sklepie. Nic nie przepadło, czekają w kolejce. Sprawdź, czy klucz w sklepie pozwala " +
                    "na zapis, i zajrzyj do panelu: Doręczenia."),
                ($"{name}: changes for the shop wait for {alert.Detail} minutes",
                    "Consents, opt-outs or edits made in the panel have not been written into the shop yet. Nothing is lost, they wait in the queue. See whether the shop's key " +
                    "may write, and the panel: Deliveries.")),
            AlertKind.Test => (
                ($"{name}: próbny alert", "Tak będzie wyglądać powiadomienie. Nic nie trzeba robić."),
                ($"{name}: a trial alert", "This is how a message will look. There is nothing to do.")),
            _ => throw new ArgumentOutOfRangeException(nameof(alert), alert.Kind, "An alert without words."),
        };
        return alert.State == AlertState.Open
            ? (new AlertText(polish.Item1, polish.Item2), new AlertText(english.Item1, english.Item2))
            : (new AlertText($"Rozwiązane: {polish.Item1}", "Już w porządku, nic nie trzeba robić."), new AlertText($"Resolved: {english.Item1}", "All is well again, there is nothing to do."));
    }
}
