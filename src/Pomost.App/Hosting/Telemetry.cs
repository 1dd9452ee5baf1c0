using System.Security.Cryptography;
using System.Text;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Pomost.Engine;
using Pomost.Hub;

namespace Pomost.App.Hosting;

/// <summary>Figures of this process, for Prometheus at <c>/metrics</c> and for a collector of OpenTelemetry.</summary>
/// <remarks>Unless one of them is asked for, no library for it is loaded.</remarks>
static class Telemetry
{
    /// <summary>Token of <c>/metrics</c>.</summary>
    public const string TokenVariable = "POMOST_METRICS_TOKEN";

    /// <summary>Address of a collector; the other <c>OTEL_</c> variables hold beside it.</summary>
    public const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    const string Prefix = "OTEL_";
    const int MostStores = 10_000;
    const int MostSeries = 200;

    /// <summary>Listens from the start of the process.</summary>
    public static void AddTo(WebApplicationBuilder builder, HostChoices choices)
    {
        if (choices.MetricsToken is not null || choices.Collector is not null)
            Add(builder, choices);
    }

    /// <summary>Maps <c>/metrics</c>, which wants the token; without one there is no such page.</summary>
    public static void Map(WebApplication app, string? token)
    {
        if (token is not null)
            MapFor(app, token);
    }

    static void Add(WebApplicationBuilder builder, HostChoices choices)
    {
        builder.Configuration.AddInMemoryCollection(VariablesOfTelemetry());
        builder.Services.AddSingleton<StateMeters>();
        if (choices.Collector is not null)
            builder.Services.AddHostedService<StateWatch>();
        var name = builder.Configuration["OTEL_SERVICE_NAME"] ?? "pomost";
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, serviceVersion: ProgramVersion.Text))
            .WithMetrics(metrics => Configure(metrics, choices));
    }

    static void Configure(MeterProviderBuilder metrics, HostChoices choices)
    {
        // The runtime's own meter: memory, processor, collections, threads.
        metrics.AddMeter(EngineMeters.Name, HubMeters.Name, "System.Runtime");
        metrics.AddView(instrument => new() { CardinalityLimit = StateMeters.IsByStore(instrument) ? MostStores : MostSeries });
        if (choices.MetricsToken is not null)
        {
            metrics.AddPrometheusExporter(prometheus =>
            {
                prometheus.ScopeInfoEnabled = false;
                prometheus.TargetInfoEnabled = false;
                prometheus.ScrapeResponseCacheDurationMilliseconds = 0;
            });
        }

        if (choices.Collector is not null)
            metrics.AddOtlpExporter();
    }

    static void MapFor(WebApplication app, string token)
    {
        var state = app.Services.GetRequiredService<StateMeters>();
        app.MapPrometheusScrapingEndpoint("/metrics", meterProvider: null, branch => branch.Use(next => async http =>
        {
            if (!Fits(http.Request.Headers.Authorization.ToString(), token))
            {
                http.Response.Headers.WWWAuthenticate = "Bearer";
                http.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await state.LookAsync(http.RequestAborted);
            await next(http);
        }), optionsName: null).AllowAnonymous().ExcludeFromDescription().WithMetadata(UnderAnyName.It);
    }

    // The program's own configuration reads no environment.
    static Dictionary<string, string?> VariablesOfTelemetry()
        => Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => entry.Key is string name && name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);

    static bool Fits(string header, string token)
        => CryptographicOperations.FixedTimeEquals(Hash(header), Hash("Bearer " + token));

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
