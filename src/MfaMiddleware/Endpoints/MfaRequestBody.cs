using System.Text.Json;
using System.Text.Json.Serialization;

namespace MfaMiddleware.Endpoints;

/// <summary>Every JSON request of the product; unknown members are ignored, a member given twice is an error.</summary>
internal sealed record MfaRequestBody
{
    [JsonPropertyName("mfa_token")]
    public string? MfaToken { get; init; }

    [JsonPropertyName("code")]
    public string? Code { get; init; }

    [JsonPropertyName("credential")]
    public JsonElement? Credential { get; init; }

    [JsonPropertyName("method")]
    public string? Method { get; init; }

    [JsonPropertyName("factor_id")]
    public string? FactorId { get; init; }

    [JsonPropertyName("enrollment_id")]
    public string? EnrollmentId { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("methods")]
    public IReadOnlyList<string>? Methods { get; init; }

    [JsonPropertyName("strength")]
    public string? Strength { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("max_age")]
    public int? MaxAge { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => "***";
}

[JsonSourceGenerationOptions(AllowDuplicateProperties = false, MaxDepth = 16)]
[JsonSerializable(typeof(MfaRequestBody))]
internal sealed partial class MfaRequestJson : JsonSerializerContext;
