using System.Text.Json;
using MfaMiddleware.Methods.Fido.Registration;

namespace MfaMiddleware.Methods.Fido.Ceremonies;

/// <summary>The options for <c>PublicKeyCredential.parseCreationOptionsFromJSON</c>.</summary>
internal static class CreationOptionsJson
{
    public static JsonElement Write(WebAuthnPolicy policy, RegistrationRequest request, Ceremony ceremony) => OptionsWriter.Write(json =>
    {
        WriteParties(json, policy, request, ceremony);
        json.WriteBinary("challenge", ceremony.Challenge);
        WriteAlgorithms(json, ceremony.Algorithms);
        json.WriteTimeout(policy.Timeout);
        json.WriteCredentials("excludeCredentials", request.Existing);
        WriteSelection(json, ceremony);
        json.WriteTexts("hints", policy.Hints);
        json.WriteString("attestation", policy.Attestation == AttestationConveyance.Direct ? "direct" : "none");
        WriteExtensions(json, ceremony);
    });

    private static void WriteParties(Utf8JsonWriter json, WebAuthnPolicy policy, RegistrationRequest request, Ceremony ceremony)
    {
        json.WriteStartObject("rp");
        json.WriteString("id", ceremony.RelyingPartyId);
        json.WriteString("name", policy.RelyingPartyName);
        json.WriteEndObject();
        json.WriteStartObject("user");
        json.WriteBinary("id", ceremony.UserHandle);
        json.WriteString("name", request.UserName);
        json.WriteString("displayName", request.DisplayName);
        json.WriteEndObject();
    }

    private static void WriteAlgorithms(Utf8JsonWriter json, IReadOnlyList<int> algorithms)
    {
        json.WriteStartArray("pubKeyCredParams");
        foreach (var algorithm in algorithms)
        {
            json.WriteStartObject();
            json.WriteString("type", "public-key");
            json.WriteNumber("alg", algorithm);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // A second factor is asked for by its id: a resident key would spend one of the few places on the authenticator.
    private static void WriteSelection(Utf8JsonWriter json, Ceremony ceremony)
    {
        json.WriteStartObject("authenticatorSelection");
        json.WriteString("residentKey", "discouraged");
        json.WriteBoolean("requireResidentKey", false);
        json.WriteString("userVerification", ceremony.UserVerification.Text());
        json.WriteEndObject();
    }

    // A key that is known under its old AppID isn't registered a second time under the new name.
    private static void WriteExtensions(Utf8JsonWriter json, Ceremony ceremony)
    {
        json.WriteStartObject("extensions");
        if (ceremony.AppId is { } appId) json.WriteString("appidExclude", appId);
        json.WriteEndObject();
    }
}
