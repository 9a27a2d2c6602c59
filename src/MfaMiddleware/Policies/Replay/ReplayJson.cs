using System.Text.Json;
using System.Text.Json.Serialization;

namespace MfaMiddleware.Policies.Replay;

/// <summary>The report for programs.</summary>
internal static partial class ReplayJson
{
    public static string Of(MfaReplayReport report) => JsonSerializer.Serialize(report, ReportJson.Default.MfaReplayReport);

    /// <summary>Outcomes by the codes that the rest of the report uses.</summary>
    private sealed class OutcomeConverter : JsonConverter<MfaOutcome>
    {
        public override MfaOutcome Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, MfaOutcome value, JsonSerializerOptions options) => writer.WriteStringValue(ReplayTally.CodeOf(value));
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true,
        Converters = [typeof(OutcomeConverter)])]
    [JsonSerializable(typeof(MfaReplayReport))]
    private sealed partial class ReportJson : JsonSerializerContext;
}
