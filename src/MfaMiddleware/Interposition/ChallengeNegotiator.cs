using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace MfaMiddleware.Interposition;

/// <summary>How a client is challenged.</summary>
internal enum ChallengeForm
{
    /// <summary>JSON with a token.</summary>
    Json,

    /// <summary>The error of an OAuth token endpoint, with a token.</summary>
    OAuthError,

    /// <summary>A redirect to the page.</summary>
    Page,

    /// <summary>A redirect that htmx follows as a navigation.</summary>
    Htmx,
}

/// <summary>What the host said about the clients of an endpoint: <c>WithMfaChallenge</c>.</summary>
internal sealed record ChallengeFormMetadata(ChallengeForm Form);

/// <summary>Chooses how to challenge, in a fixed order: what the host said, then what the client's request shows.</summary>
internal static class ChallengeNegotiator
{
    public static ChallengeForm Choose(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<ChallengeFormMetadata>() is { } chosen) return chosen.Form;

        var request = context.Request;
        if (IsTokenRequest(context)) return ChallengeForm.OAuthError;
        if (metadata?.GetMetadata<IDisableCookieRedirectMetadata>() is not null) return ChallengeForm.Json;
        if (request.HasJsonContentType() || request.Headers.ContainsKey("X-Requested-With")) return ChallengeForm.Json;
        if (request.Headers.ContainsKey("HX-Request")) return ChallengeForm.Htmx;

        // Blazor's enhanced forms and Turbo are fetches that accept HTML, and follow the redirect.
        return AcceptsHtml(request) ? ChallengeForm.Page : ChallengeForm.Json;
    }

    /// <summary>The form as the host read it: the gate itself parses no body.</summary>
    private static bool IsTokenRequest(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method)
        && context.Request.HasFormContentType
        && context.Features.Get<IFormFeature>()?.Form?.ContainsKey("grant_type") == true;

    private static bool AcceptsHtml(HttpRequest request) =>
        request.Headers.Accept.Any(value => value?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
}
