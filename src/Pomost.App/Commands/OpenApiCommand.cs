using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Pomost.App.Hosting;
using Pomost.App.Output;
using Pomost.Storage;

namespace Pomost.App.Commands;

/// <summary><c>pomost openapi</c>: the description of the API, made from the running endpoints. A server serves the one that was made beforehand.</summary>
static class OpenApiCommand
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Make()
    {
        var command = new Command("openapi", "Print the OpenAPI description of the API, made from its endpoints (for developers of Pomost).") { Hidden = true };
        command.SetAction((_, ct) => RunAsync(ct));
        return command;
    }

    static async Task<int> RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("pomost-openapi-");
        try
        {
            await using var app = await PomostHost.BuildAsync(new HostChoices { Data = folder.FullName, Quiet = true, DescribesItself = true }, ct);
            await using var database = app.Services.GetRequiredService<Database>();
            await app.StartAsync(ct);
            using var http = new HttpClient { BaseAddress = OwnAddress.Of(app.Services.GetRequiredService<IServer>()) };
            var description = JsonNode.Parse(await http.GetStringAsync(new Uri(ApiDescription.Path, UriKind.Relative), ct))!.AsObject();
            // The address of this run is nobody's.
            description.Remove("servers");
            Printer.Line(description.ToJsonString(Indented));
            await app.StopAsync(CancellationToken.None);
            return ExitCodes.Done;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
