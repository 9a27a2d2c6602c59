using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Interposition;

/// <summary>
/// Warns of token endpoints that may allow OAuth's password grant, where a client has no way to ask for the second factor unless it knows
/// our API. OAuth 2.1 has dropped that grant (RFC 9700 section 2.4: it must not be used).
/// </summary>
internal sealed partial class PasswordGrantReport(IServiceProvider services, ILogger<PasswordGrantReport> logger)
{
    private const string GrantType = "grant_type";
    private int _seen;

    /// <summary>At start: endpoints that bind the parameter. Those that read the form by themselves show it with their first such request.</summary>
    public void Write()
    {
        foreach (var endpoint in services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).Where(TakesGrantType))
        {
            Log.TakesGrantType(logger, endpoint.DisplayName);
        }
    }

    /// <summary>At a sign-in that is challenged.</summary>
    public void Note(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Features.Get<IFormFeature>()?.Form?[GrantType] is not ["password"]) return;
        if (Interlocked.Exchange(ref _seen, 1) == 0) Log.PasswordGrant(logger, context.GetEndpoint()?.DisplayName);
    }

    private static bool TakesGrantType(Endpoint endpoint) =>
        endpoint.Metadata.OfType<IParameterBindingMetadata>().Any(p => Is(p.ParameterInfo, p.Name) || HasMember(p.ParameterInfo.ParameterType))
        || endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()?.Parameters.Any(p => Is(p.BindingInfo?.BinderModelName ?? p.Name) || HasMember(p.ParameterType)) == true;

    private static bool HasMember(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Any(p => Is(p, p.Name));

    private static bool Is(ICustomAttributeProvider bound, string name) => Is(bound.GetCustomAttributes(true).OfType<IFromFormMetadata>().FirstOrDefault()?.Name ?? name);

    private static bool Is(string name) => string.Equals(name.Replace("_", "", StringComparison.Ordinal), "granttype", StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(116, LogLevel.Warning, "The endpoint {Endpoint} takes a grant_type. If it allows the password grant, users who need a second factor get mfa_required (403) there and never tokens; OAuth 2.1 has dropped that grant: use the authorization code with PKCE.")]
        public static partial void TakesGrantType(ILogger logger, string? endpoint);

        [LoggerMessage(117, LogLevel.Warning, "The endpoint {Endpoint} allows OAuth's password grant: a sign-in by it was challenged with mfa_required (403). OAuth 2.1 has dropped that grant: use the authorization code with PKCE.")]
        public static partial void PasswordGrant(ILogger logger, string? endpoint);
    }
}
