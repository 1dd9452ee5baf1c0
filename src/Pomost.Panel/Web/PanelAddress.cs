using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Pomost.Engine;

namespace Pomost.Panel.Web;

/// <summary>Where links in mails lead. Never taken from a request: whoever asks for somebody's new password could name a host of their own.</summary>
public sealed class PanelAddress(IServer server, IOptions<PanelOptions> options)
{
    /// <exception cref="InvalidOperationException">It is not known.</exception>
    public Uri Of(string path) => (Known ?? throw new InvalidOperationException("The server has not started.")).Under(path);

    /// <summary>Where the panel is; null in a command, which serves none and was not told.</summary>
    public Uri? Known => options.Value.PublicAddress?.Invoke() ?? Own;

    Uri? Own => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } first
        ? new(first.Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://[::]", "://localhost", StringComparison.Ordinal)) : null;
}
