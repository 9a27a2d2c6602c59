using MfaMiddleware.Endpoints;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.StepUp;

/// <summary>The 401 that tells a client which proof is missing (RFC 9470 section 3). It makes no session.</summary>
internal sealed class InsufficientAuthentication(MfaEndpointMap map, MfaSettings settings)
{
    private const string Error = "insufficient_user_authentication";
    private const string Description = "A fresh proof of a second factor is required.";

    public Task WriteAsync(HttpContext context, StepUpDemand demand)
    {
        var maxAge = (long)demand.MaxAge.TotalSeconds;
        var acr = demand.Strength == MfaStrength.PhishingResistant ? settings.Current.Acr.PhishingResistant : settings.Current.Acr.MultiFactor;
        context.Response.Headers.WWWAuthenticate =
            $"Bearer error=\"{Error}\", error_description=\"{Description}\", acr_values=\"{Quoted(acr)}\", max_age=\"{maxAge}\"";
        return MfaResponseWriter.WriteAsync(context, StatusCodes.Status401Unauthorized, new MfaResponse
        {
            Type = 1,
            Error = Error,
            StepUp = map.Url(context.Request.PathBase, "/step-up"),
            MaxAge = maxAge,
        });
    }

    private static string Quoted(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
