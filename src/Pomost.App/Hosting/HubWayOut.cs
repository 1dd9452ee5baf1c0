using Microsoft.AspNetCore.Hosting.Server;
using Pomost.Contract;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.App.Hosting;

/// <summary>
/// The hub's guarded way out. Our own callback endpoint, and nothing else of ours, may be called on a private address: on one machine
/// the hub tells the engine of the same process.
/// </summary>
sealed class HubWayOut(OutgoingHttp http, IServer server) : IHubWayOut
{
    readonly HttpClient _guarded = http.Guarded("url");
    readonly HttpClient _own = http.Own();

    public async Task<int> GetAsync(Uri address, CancellationToken ct)
    {
        var own = OwnAddress.Of(server);
        if (address.Host == IBuiltInHub.OwnHost.Host)
            address = new Uri(own, address.PathAndQuery);
        var isOwn = address.Authority == own.Authority && address.AbsolutePath.StartsWith(Callbacks.Path + "/", StringComparison.Ordinal);
        try
        {
            using var answer = await (isOwn ? _own : _guarded).GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct);
            return (int)answer.StatusCode;
        }
        catch (ConnectorException refused)
        {
            throw new HttpRequestException("The address could not be called.", refused);
        }
    }
}
