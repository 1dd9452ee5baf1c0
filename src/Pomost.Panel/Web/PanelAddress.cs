using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>Where links in mails lead. Never taken from a request: whoever asks for somebody's new password could name a host of their own.</summary>
public sealed class PanelAddress(IServer server, IOptions<PanelOptions> options)
{
    public Uri Of(string path) => (options.Value.PublicAddress?.Invoke() ?? Own).Under(path);

    Uri Own => new(server.Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal)
        .Replace("://[::]", "://localhost", StringComparison.Ordinal));
}
