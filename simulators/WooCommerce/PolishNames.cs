namespace Pomost.Simulators.WooCommerce;

/// <summary>What plausible Polish people, addresses and goods are made of.</summary>
static class PolishNames
{
    public static readonly string[] Women =
    [
        "Anna", "Katarzyna", "Małgorzata", "Agnieszka", "Ewa", "Joanna", "Magdalena", "Żaneta", "Łucja", "Zofia", "Julia", "Świętosława", "Hanna",
        "Maria", "Róża", "Grażyna", "Bożena", "Elżbieta", "Aleksandra", "Natalia", "Wioletta", "Dorota", "Paulina", "Kinga", "Oliwia", "Marta",
    ];

    public static readonly string[] Men =
    [
        "Piotr", "Krzysztof", "Andrzej", "Tomasz", "Paweł", "Michał", "Marcin", "Łukasz", "Grzegorz", "Jerzy", "Świętopełk", "Bartłomiej", "Rafał",
        "Mateusz", "Jakub", "Kacper", "Zbigniew", "Stanisław", "Wojciech", "Józef", "Jan", "Adam", "Sławomir", "Przemysław", "Bogusław", "Żelisław",
    ];

    // Names in -ski, -cki and -dzki have a form for women; the others have one form.
    public static readonly string[] Surnames =
    [
        "Nowak", "Kowalski", "Wiśniewski", "Wójcik", "Kowalczyk", "Kamiński", "Lewandowski", "Zieliński", "Szymański", "Woźniak", "Dąbrowski", "Kozłowski",
        "Jankowski", "Mazur", "Kwiatkowski", "Krawczyk", "Kaczmarek", "Piotrowski", "Grabowski", "Zając", "Pawłowski", "Michalski", "Król", "Wieczorek",
        "Jabłoński", "Wróbel", "Nowakowski", "Majewski", "Olszewski", "Stępień", "Malinowski", "Jaworski", "Adamczyk", "Dudek", "Nowicki", "Pawlak",
        "Górski", "Witkowski", "Walczak", "Sikora", "Baran", "Rutkowski", "Michalak", "Szewczyk", "Ostrowski", "Tomaszewski", "Pietrzak", "Zalewski",
        "Wróblewski", "Marciniak", "Jasiński", "Zawadzki", "Bąk", "Jakubowski", "Sadowski", "Duda", "Włodarczyk", "Chmielewski", "Borkowski", "Sokołowski",
        "Szczepański", "Sawicki", "Kucharski", "Lis", "Maciejewski", "Kubiak", "Kalinowski", "Mazurek", "Wysocki", "Kołodziej", "Kaźmierczak", "Czarnecki",
    ];

    public static readonly (string City, string Postcode)[] Cities =
    [
        ("Warszawa", "00"), ("Kraków", "30"), ("Łódź", "90"), ("Wrocław", "50"), ("Poznań", "60"), ("Gdańsk", "80"), ("Szczecin", "70"), ("Bydgoszcz", "85"),
        ("Lublin", "20"), ("Białystok", "15"), ("Katowice", "40"), ("Gdynia", "81"), ("Częstochowa", "42"), ("Rzeszów", "35"), ("Toruń", "87"), ("Kielce", "25"),
        ("Zielona Góra", "65"), ("Olsztyn", "10"), ("Bielsko-Biała", "43"), ("Nowy Sącz", "33"), ("Żory", "44"), ("Świnoujście", "72"), ("Ełk", "19"), ("Sącz", "33"),
    ];

    public static readonly string[] Streets =
    [
        "Lipowa", "Polna", "Leśna", "Słoneczna", "Krótka", "Szkolna", "Ogrodowa", "Łąkowa", "Brzozowa", "Kwiatowa", "Kościuszki", "Mickiewicza",
        "3 Maja", "Świętojańska", "Żeromskiego", "Długa", "Piękna", "Źródlana", "Dębowa", "Władysława Reymonta", "Józefa Piłsudskiego", "Rynek",
    ];

    public static readonly string[] MailHosts = ["poczta.example", "skrzynka.example", "listy.example", "mejle.example", "wiadomosci.example"];

    public static readonly string[] Trades = ["Pracownia", "Biuro", "Kwiaciarnia", "Gabinet", "Zakład", "Studio", "Hurtownia", "Kawiarnia"];

    /// <summary>Top category, middle categories, their leaves, and what is sold there.</summary>
    public static readonly (string Top, (string Middle, (string Leaf, string[] Goods)[] Leaves)[] Middles)[] Assortment =
    [
        ("Dom & ogród",
        [
            ("Tekstylia", [("Obrusy", ["Obrus lniany", "Obrus żakardowy", "Bieżnik"]), ("Pościel", ["Pościel bawełniana", "Poszewka", "Prześcieradło"]), ("Koce & narzuty", ["Koc wełniany", "Narzuta pikowana"])]),
            ("Ogród", [("Narzędzia", ["Sekator", "Łopata", "Grabie"]), ("Nasiona", ["Nasiona lawendy", "Nasiona maciejki", "Cebulki tulipanów"])]),
            ("Kuchnia", [("Garnki", ["Garnek żeliwny", "Patelnia", "Rondel"]), ("Szkło", ["Kieliszek", "Szklanka", "Dzbanek"])]),
        ]),
        ("Moda",
        [
            ("Damska", [("Sukienki", ["Sukienka w grochy", "Sukienka lniana"]), ("Swetry", ["Sweter z wełny", "Kardigan"])]),
            ("Męska", [("Koszule", ["Koszula lniana", "Koszula flanelowa"]), ("Spodnie", ["Spodnie chino", "Spodnie sztruksowe"])]),
        ]),
        ("Zdrowie & uroda",
        [
            ("Kosmetyki", [("Twarz", ["Krem różany", "Serum"]), ("Ciało", ["Mydło lawendowe", "Balsam", "Peeling kawowy"])]),
            ("Zioła", [("Herbaty", ["Herbata lipowa", "Napar z pokrzywy"])]),
        ]),
        ("Dziecko", [("Zabawki", [("Drewniane", ["Kolejka drewniana", "Klocki", "Układanka"]), ("Pluszowe", ["Miś", "Żyrafa"])])]),
    ];

    public static readonly string[] Kinds = ["„Lipiec”", "„Żuraw”", "„Mgła”", "„Łąka”", "Classic", "Eko", "XL", "mini", "błękitny", "miętowy", "granatowy", "zestaw"];

    public static readonly string[] PickUpPlaces =
        ["Kraków, ul. Długa 5", "Warszawa, ul. Złota 11", "Gdańsk, Długi Targ 2", "Łódź, ul. Piotrkowska 80"];

    public static string Surname(string surname, bool woman) =>
        woman && surname.EndsWith("ki", StringComparison.Ordinal) ? surname[..^1] + "a" : surname;
}
