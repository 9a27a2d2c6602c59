using AuthorizationServer.Tokens;
using Microsoft.AspNetCore.Authentication;

namespace AuthorizationServer.Issuing;

/// <summary>What a sign-in for tokens says to the gate, and to the handler behind it.</summary>
public static class TokenSignIn
{
    private const string Key = "grant";

    /// <summary>
    /// The principal of the grant brings the stamp of its sign-in, so the gate lets it pass as it was. Where the stamp has ended since (the user's
    /// factors have changed), there is nobody at this endpoint to answer a challenge: the client starts again.
    /// </summary>
    public static AuthenticationProperties PropertiesFor(Grant grant)
    {
        var properties = new AuthenticationProperties();
        properties.SetParameter(Key, grant);
        properties.SetMfaClient(grant.ClientId);
        return properties.OnMfaRequired(required => TokenError.InvalidGrant.ExecuteAsync(required.HttpContext));
    }

    public static Grant? GrantOf(AuthenticationProperties properties) => properties.GetParameter<Grant>(Key);
}
