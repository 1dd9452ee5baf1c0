using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Pomost.Panel.Web;

/// <summary>Longest request a form takes, in bytes.</summary>
sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata
{
    /// <summary>Forms that anybody can send: an address, a password, the answer of a device.</summary>
    public static readonly BodyLimit OfStrangers = new(16 * 1024);

    /// <summary>Forms without a file.</summary>
    public static readonly BodyLimit Usual = new(512 * 1024);

    /// <summary>Gives each form that says nothing of its own the limit of its kind, those that come later included.</summary>
    public static void On(RouteGroupBuilder panel) => ((IEndpointConventionBuilder)panel).Finally(endpoint =>
    {
        if (!endpoint.Metadata.OfType<IRequestSizeLimitMetadata>().Any())
            endpoint.Metadata.Add(endpoint.Metadata.OfType<IAllowAnonymous>().Any() ? OfStrangers : Usual);
    });
}

/// <summary>Marks what somebody may do of whom a second factor is demanded and who has none yet.</summary>
sealed class WithoutSecondFactor
{
    public static readonly WithoutSecondFactor It = new();
}
