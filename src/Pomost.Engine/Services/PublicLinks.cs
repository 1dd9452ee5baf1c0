namespace Pomost.Engine;

/// <summary>Addresses of this installation as others see them.</summary>
public static class PublicLinks
{
    /// <summary>An address below the public one, which may itself lie below a path of its host.</summary>
    /// <param name="server">The public address, for example <c>https://shop.example/pomost</c>.</param>
    /// <param name="path">Path and query from our own root, beginning with a slash.</param>
    public static Uri Under(this Uri server, string path) => new(server.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);
}
