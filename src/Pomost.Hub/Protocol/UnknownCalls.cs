using Microsoft.AspNetCore.Routing.Patterns;

namespace Pomost.Hub;

/// <summary>
/// Whatever else is asked for below the hub's paths, by any method, is answered in the protocol's shape: clients read nothing else. Below <c>/api/v1/</c>
/// the application may have calls of its own, so there only what is posted is taken for a call of the hub.
/// </summary>
internal static class UnknownCalls
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/{**call}", HubPipeline.AnswerUnknownCallAsync);
        routes.Map(RoutePatternFactory.Parse("/api/{**call}", defaults: null, parameterPolicies: new { call = new HubsOwn() }), HubPipeline.AnswerUnknownCallAsync);
        routes.Map("/v3/{**call}", HubPipeline.AnswerUnknownThirdVersionCallAsync);
    }

    private sealed class HubsOwn : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values[routeKey] is not string call
            || !(call.Equals("v1", StringComparison.OrdinalIgnoreCase) || call.StartsWith("v1/", StringComparison.OrdinalIgnoreCase));
    }
}
