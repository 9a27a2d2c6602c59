using AuthorizationServer.Authorize;
using MfaMiddleware;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Authentication;

namespace AuthorizationServer.Issuing;

/// <summary>What a sign-in for a code says to the gate, and to the handler behind it.</summary>
public static class CodeSignIn
{
    private const string Key = "authorization_request";

    public static AuthenticationProperties PropertiesFor(AuthorizationRequest request, AuthorizationErrorWriter errors)
    {
        var properties = new AuthenticationProperties();
        properties.SetParameter(Key, request);
        properties.SetMfaClient(request.ClientId);
        if (request.MaxAge is not null || request.Strength is not null)
            properties.RequireMfa(request.MaxAge, request.Strength);
        return properties.OnMfaRequired(required => AnswerAsync(required, request, errors));
    }

    public static AuthorizationRequest? RequestOf(AuthenticationProperties properties) => properties.GetParameter<AuthorizationRequest>(Key);

    /// <summary>The gate asks for a second factor: it shows its page, unless the client said that nothing may be shown, or it would be in vain.</summary>
    private static async Task AnswerAsync(MfaRequiredContext required, AuthorizationRequest request, AuthorizationErrorWriter errors)
    {
        var context = required.HttpContext;
        if (request.IsFromBackend)
            await Results.Json(new { type = 1, error = "login_required" }, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
        else if (required.Outcome == MfaOutcome.Denied)
            await errors.ToResult(context, request, DenialOf(request), "The user has no factor that is enough.").ExecuteAsync(context);
        else if (request.IsSilent)
            await errors.ToResult(context, request, "interaction_required", "The user has to answer for a second factor.").ExecuteAsync(context);
        else
            required.LeaveToGate();
    }

    private static string DenialOf(AuthorizationRequest request) => request.Strength is null ? "access_denied" : "unmet_authentication_requirements";
}
