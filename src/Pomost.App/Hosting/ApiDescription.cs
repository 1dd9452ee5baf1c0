namespace Pomost.App.Hosting;

/// <summary>
/// The OpenAPI description. It is made beforehand (<c>pomost openapi</c>) and kept in the program: made by a running server it takes 140 MB of memory for 22 kB of text.
/// </summary>
static class ApiDescription
{
    public const string Path = "/openapi/v1.json";

    static readonly byte[] Text = Read();

    public static void Map(IEndpointRouteBuilder app, bool describesItself)
    {
        if (describesItself)
            app.MapOpenApi("/openapi/{documentName}.json");
        else
            app.MapGet(Path, () => TypedResults.Bytes(Text, "application/json")).ExcludeFromDescription();
    }

    static byte[] Read()
    {
        using var stream = typeof(ApiDescription).Assembly.GetManifestResourceStream("openapi.json")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
