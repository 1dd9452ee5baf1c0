using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Engine;
using Pomost.Rules;

namespace Pomost.App.Commands;

/// <summary><c>pomost person export</c>: all that is held about a person.</summary>
static class PersonCommand
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static Command Make(CommonOptions common)
    {
        var email = new Argument<string>("e-mail") { Description = "The person's address." };
        var account = new Option<long?>("--account") { Description = "Account, when there are several." };
        var output = new Option<FileInfo?>("--output") { Description = "File to write; without it the document is printed." };
        var export = new Command("export", "All that is held about a person, here and at the destinations, as one JSON document.") { email, output, account };
        export.SetAction(async (line, ct) =>
        {
            var person = AddressOf(line.GetValue(email)!);
            await using var session = await Session.OpenAsync(common.Choices(line), ct);
            var tenant = await session.AccountAsync(line.GetValue(account), ct);
            if (await session.Services.GetRequiredService<PersonAccess>().ExportAsync(tenant.Id, person, ct) is not { } held)
            {
                Printer.Line("Nothing is held about this person.");
                return ExitCodes.Usage;
            }

            await session.AuditAsync(tenant.Id, "person.exported");
            var text = held.ToJsonString(Readable);
            if (line.GetValue(output) is { } file)
                await PrivateFiles.WriteAsync(file.FullName, text, ct);
            else
                Printer.Line(text);
            return ExitCodes.Done;
        });
        return new Command("person", "What is held about a person.") { export };
    }

    /// <exception cref="UsageException">Not an address.</exception>
    public static EmailAddress AddressOf(string email) => EmailAddress.TryParse(email, out var address, out _)
        ? address : throw new UsageException("Give the e-mail address of the person, for example: anna@example.com");
}
