using System.Text.Json;
using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Ceremonies;

/// <summary>The options for <c>PublicKeyCredential.parseRequestOptionsFromJSON</c>.</summary>
internal static class RequestOptionsJson
{
    public static JsonElement Write(WebAuthnPolicy policy, IReadOnlyList<WebAuthnCredential> credentials, Ceremony ceremony) => OptionsWriter.Write(json =>
    {
        json.WriteBinary("challenge", ceremony.Challenge);
        json.WriteTimeout(policy.Timeout);
        json.WriteString("rpId", ceremony.RelyingPartyId);
        json.WriteCredentials("allowCredentials", credentials);
        json.WriteString("userVerification", ceremony.UserVerification.Text());
        json.WriteTexts("hints", policy.Hints);
        json.WriteStartObject("extensions");
        if (ceremony.AppId is { } appId && credentials.Any(c => c.IsU2F)) json.WriteString("appid", appId);
        json.WriteEndObject();
    });
}
