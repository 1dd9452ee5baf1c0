using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pomost.App.Tests.Fixture;

/// <summary>Answers every call of the shop's API as the shop does when it does not know the key.</summary>
sealed class KeyRefusingShop : IAsyncDisposable
{
    readonly WebApplication _app;

    public KeyRefusingShop(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"code":"woocommerce_rest_authentication_error","message":"Consumer key is invalid.","data":{"status":401}}""");
        });
    }

    public Task StartAsync() => _app.StartAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
