using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MfaMiddleware.Endpoints;

/// <summary>Every JSON request of the product; unknown members are ignored, a member given twice is an error.</summary>
internal sealed record MfaRequestBody
{
    [JsonPropertyName("mfa_token"), Description("What the sign-in answered; may be in the header X-MFA-Token instead.")]
    public string? MfaToken { get; init; }

    [JsonPropertyName("code"), Description("The code as typed, of a device or a recovery code.")]
    public string? Code { get; init; }

    [JsonPropertyName("credential"), Description("The credential as the browser gave it, as JSON.")]
    public JsonElement? Credential { get; init; }

    [JsonPropertyName("method"), Description("The name of a method, for example totp.")]
    public string? Method { get; init; }

    [JsonPropertyName("factor_id"), Description("The id of one of the methods offered.")]
    public string? FactorId { get; init; }

    [JsonPropertyName("enrollment_id"), Description("The id of the set-up that the code completes.")]
    public string? EnrollmentId { get; init; }

    [JsonPropertyName("name"), Description("A name for the factor, at most 64 characters.")]
    public string? Name { get; init; }

    [JsonPropertyName("methods"), Description("The methods that may prove.")]
    public IReadOnlyList<string>? Methods { get; init; }

    [JsonPropertyName("strength"), Description("The least that the proof must be worth: Sms, Otp or PhishingResistant.")]
    public string? Strength { get; init; }

    [JsonPropertyName("max_age"), Description("In seconds.")]
    public int? MaxAge { get; init; }

    [JsonPropertyName("phone"), Description("The phone number, for a method that sends a code to it.")]
    public string? Phone { get; init; }

    [JsonPropertyName("secret"), Description("The secret of a token that was made elsewhere, hexadecimal or base32.")]
    public string? Secret { get; init; }

    [JsonPropertyName("counter"), Description("The counter of that token.")]
    public long? Counter { get; init; }

    [JsonPropertyName("codes"), Description("Two codes of a token, one after the other.")]
    public IReadOnlyList<string>? Codes { get; init; }

    [JsonPropertyName("exchange"), Description("True asks for a proof token for a repeat of the sign-in request, instead of the sign-in itself.")]
    public bool? Exchange { get; init; }

    [JsonPropertyName("remember_device"), Description("True asks not to be challenged in this browser for a while, where the app allows it.")]
    public bool? RememberDevice { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => "***";
}

[JsonSourceGenerationOptions(AllowDuplicateProperties = false, MaxDepth = 16)]
[JsonSerializable(typeof(MfaRequestBody))]
internal sealed partial class MfaRequestJson : JsonSerializerContext;
