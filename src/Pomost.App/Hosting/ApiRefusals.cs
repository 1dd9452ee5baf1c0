using System.Globalization;
using Pomost.Engine;

namespace Pomost.App.Hosting;

/// <summary>Counts and logs calls of <c>/api/v1</c> that were refused to whoever made them. The log names a key by its number, never an address.</summary>
static partial class ApiRefusals
{
    public static async Task NoteAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        var status = http.Response.StatusCode;
        if (status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests))
            return;
        EngineMeters.ApiRefusals.Add(1, KeyValuePair.Create("status", (object?)status));
        var log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ApiRefusals).FullName!);
        Log.Refused(log, http.Request.Method, status, ApiAudit.FindKey(http)?.Id.ToString(CultureInfo.InvariantCulture) ?? "none");
    }

    static partial class Log
    {
        [LoggerMessage(20, LogLevel.Information, "A call of the API ({Method}) was refused with {Status}, key {Key}")]
        public static partial void Refused(ILogger logger, string method, int status, string key);
    }
}
