using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Pomost.Hub;

/// <summary>The logo of an account: uploaded with a signature, shown to whoever knows its address, as a shop's visitors must.</summary>
internal static class PictureCalls
{
    private const int MostBytes = 2 * 1024 * 1024;
    private const int MostPictures = 20;
    private const string Folder = "/hub/pictures/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapFormCall("wm/uploadImage.json", new FormOptions { MultipartBodyLengthLimit = MostBytes + 64 * 1024, ValueCountLimit = 20 }, UploadAsync);
        routes.MapGet(Folder + "{name}", ShowAsync);
    }

    private static async Task<IResult> UploadAsync(HubCall call, IFormFileCollection files)
    {
        // Whose the picture is; a stranger's name is refused as in every other call.
        if (call.Body.Text("email") is { } owner) call.OwnerNamed(owner);
        if (files["attachment"] is not { Length: > 0 } file) throw HubRefusal.Missing("attachment");
        if (file.Length > MostBytes) throw new HubRefusal("The picture is larger than 2 MB");
        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, call.Cancellation);
        var content = bytes.ToArray();
        var type = MediaTypeOf(content) ?? throw new HubRefusal("The file is not a PNG, JPEG, GIF or WebP picture");
        var picture = new HubPicture(NameOf(call.Account.Id, content), type, content);
        await call.Http.RequestServices.GetRequiredService<IHubPictureStore>().SaveAsync(call.Account.Id, picture, MostPictures, call.Now, call.Cancellation);
        return HubCall.Reply(new PictureAnswer($"{call.Http.Request.Scheme}://{call.Http.Request.Host}{call.Http.Request.PathBase}{Folder}{picture.Name}"));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, string name)
    {
        if (await http.RequestServices.GetRequiredService<IHubPictureStore>().FindAsync(name, http.RequestAborted) is not { } picture) return Results.NotFound();
        // A picture and nothing else, whatever its bytes say to a browser.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(picture.Content, picture.MediaType);
    }

    private static string NameOf(long accountId, byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(accountId.ToString(CultureInfo.InvariantCulture) + ":"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static string? MediaTypeOf(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        _ => null,
    };
}
