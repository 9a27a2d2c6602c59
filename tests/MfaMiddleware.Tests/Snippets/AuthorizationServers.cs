using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Authentication;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>The examples of docs/oauth.md.</summary>
internal static class AuthorizationServers
{
    public static AuthenticationProperties PropertiesFor(string clientId, string? prompt, TimeSpan? maxAge, MfaStrength? strength, Func<string, Task> redirectWithErrorAsync)
    {
        var properties = new AuthenticationProperties();
        properties.SetMfaClient(clientId);
        if (maxAge is not null || strength is not null) properties.RequireMfa(maxAge, strength);
        properties.OnMfaRequired(required =>
        {
            if (required.Outcome == MfaOutcome.Denied) return redirectWithErrorAsync("unmet_authentication_requirements");
            if (prompt == "none") return redirectWithErrorAsync("interaction_required");
            required.LeaveToGate();
            return Task.CompletedTask;
        });
        return properties;
    }

    public static AuthenticationProperties LoginPropertiesFor(bool mustBeFresh, MfaStrength? strength)
    {
        var properties = new AuthenticationProperties();
        if (mustBeFresh) properties.RequireMfa(TimeSpan.Zero, strength);
        else if (strength is not null) properties.RequireMfa(strength: strength);
        return properties;
    }
}
