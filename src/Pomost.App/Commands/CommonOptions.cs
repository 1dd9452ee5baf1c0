using System.CommandLine;
using Pomost.App.Hosting;

namespace Pomost.App.Commands;

/// <summary>Options that every command understands alike.</summary>
sealed class CommonOptions
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = "Folder of the database and the keys (default: POMOST_DATA, else the user's application data).",
        Recursive = true,
    };

    public Option<string?> Database { get; } = new("--database")
    {
        Description = "PostgreSQL connection string instead of the SQLite file in the data folder (default: POMOST_DATABASE).",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document for programs instead of text for people.", Recursive = true };

    public Option<bool> AllowPrivateNetworks { get; } = new("--allow-private-networks")
    {
        Description = "Let shop addresses lead into private networks (shops on this machine or in the office).",
        Recursive = true,
    };

    /// <summary>An option that takes a web address.</summary>
    public static Option<Uri?> AddressOption(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            var typed = result.Tokens[0].Value;
            if (typed.Length <= TypedInput.LongestAddress && Uri.TryCreate(typed, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                return address;
            result.AddError($"{name} {typed} is no web address. Write it as https://pomost.example.com.");
            return null;
        },
    };

    public HostChoices Choices(ParseResult line) => new()
    {
        Data = line.GetValue(Data) ?? HostChoices.DefaultData,
        Database = line.GetValue(Database) ?? Environment.GetEnvironmentVariable("POMOST_DATABASE"),
        AllowPrivateNetworks = line.GetValue(AllowPrivateNetworks),
        Quiet = true,
    };

    public void AddTo(Command root)
    {
        root.Options.Add(Data);
        root.Options.Add(Database);
        root.Options.Add(Json);
        root.Options.Add(AllowPrivateNetworks);
    }
}
