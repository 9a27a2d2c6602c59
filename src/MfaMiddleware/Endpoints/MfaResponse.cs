using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MfaMiddleware.Endpoints;

/// <summary>Every JSON answer of the product; members that don't apply are left out.</summary>
internal sealed record MfaResponse
{
    [JsonPropertyName("type"), Description("1: a second factor is still needed. 0: done.")]
    public int? Type { get; init; }

    [JsonPropertyName("error"), Description("A code, for programs.")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description"), Description("For whoever writes the client.")]
    public string? ErrorDescription { get; init; }

    [JsonPropertyName("mfa_token"), Description("To be sent with the next request of this session.")]
    public string? MfaToken { get; init; }

    [JsonPropertyName("expires_in"), Description("Seconds.")]
    public long? ExpiresIn { get; init; }

    [JsonPropertyName("attempts_remaining")]
    public int? AttemptsRemaining { get; init; }

    [JsonPropertyName("retry_after"), Description("Seconds.")]
    public long? RetryAfter { get; init; }

    [JsonPropertyName("reasons"), Description("Why it is needed, as codes of the risk signals; only where the app lets its users know.")]
    public IReadOnlyList<string>? Reasons { get; init; }

    [JsonPropertyName("methods"), Description("Ways to answer, best first.")]
    public IReadOnlyList<MethodView>? Methods { get; init; }

    [JsonPropertyName("enroll"), Description("Methods that may be set up.")]
    public IReadOnlyList<string>? Enroll { get; init; }

    [JsonPropertyName("challenge")]
    public ChallengeView? Challenge { get; init; }

    [JsonPropertyName("enrollment")]
    public EnrollmentView? Enrollment { get; init; }

    [JsonPropertyName("recovery_codes"), Description("Shown once; they become valid with the factor that they were issued with.")]
    public IReadOnlyList<string>? RecoveryCodes { get; init; }

    [JsonPropertyName("factors")]
    public IReadOnlyList<FactorView>? Factors { get; init; }

    [JsonPropertyName("factor")]
    public FactorView? Factor { get; init; }

    [JsonPropertyName("devices")]
    public IReadOnlyList<DeviceView>? Devices { get; init; }

    [JsonPropertyName("recovery_codes_remaining")]
    public int? RecoveryCodesRemaining { get; init; }

    [JsonPropertyName("access_code"), Description("Shown once: for the user whom it was made for, once, for an hour.")]
    public string? AccessCode { get; init; }

    [JsonPropertyName("return_url"), Description("Where the user was going: local.")]
    public string? ReturnUrl { get; init; }

    [JsonPropertyName("step_up"), Description("Where a fresh proof begins.")]
    public string? StepUp { get; init; }

    [JsonPropertyName("max_age"), Description("Seconds.")]
    public long? MaxAge { get; init; }
}

/// <summary>One way to answer.</summary>
internal sealed record MethodView(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("method")] string Method,
    [property: JsonPropertyName("name")] string Name)
{
    [JsonPropertyName("hint"), Description("Tells it from others of its method: a masked number.")]
    public string? Hint { get; init; }

    [JsonPropertyName("phishing_resistant")]
    public bool? PhishingResistant { get; init; }
}

/// <summary>A challenge that is out.</summary>
internal sealed record ChallengeView([property: JsonPropertyName("method")] string Method)
{
    [JsonPropertyName("sent_to")]
    public string? SentTo { get; init; }

    [JsonPropertyName("expires_in")]
    public long? ExpiresIn { get; init; }

    [JsonPropertyName("resend_after")]
    public long? ResendAfter { get; init; }

    [JsonPropertyName("sends_remaining")]
    public int? SendsRemaining { get; init; }

    [JsonPropertyName("public_key")]
    public JsonElement? PublicKey { get; init; }
}

/// <summary>A set-up that has begun.</summary>
internal sealed record EnrollmentView(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("method")] string Method)
{
    [JsonPropertyName("secret")]
    public string? Secret { get; init; }

    [JsonPropertyName("uri")]
    public string? Uri { get; init; }

    [JsonPropertyName("qr_svg")]
    public string? QrSvg { get; init; }

    [JsonPropertyName("sent_to")]
    public string? SentTo { get; init; }

    [JsonPropertyName("public_key")]
    public JsonElement? PublicKey { get; init; }
}

/// <summary>A factor as its owner sees it.</summary>
internal sealed record FactorView(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("method")] string Method,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt)
{
    [JsonPropertyName("hint"), Description("Tells it from others of its method: a masked number.")]
    public string? Hint { get; init; }

    [JsonPropertyName("last_used_at")]
    public DateTimeOffset? LastUsedAt { get; init; }

    [JsonPropertyName("transports"), Description("The ways to reach a key, as its browser named them.")]
    public IReadOnlyList<string>? Transports { get; init; }

    [JsonPropertyName("backup_eligible"), Description("A key: whether it may be copied to other devices; false where it is bound to one.")]
    public bool? BackupEligible { get; init; }

    [JsonPropertyName("backed_up"), Description("A key: whether it was copied, when it was used last.")]
    public bool? BackedUp { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MfaResponse))]
internal sealed partial class MfaResponseJson : JsonSerializerContext;
