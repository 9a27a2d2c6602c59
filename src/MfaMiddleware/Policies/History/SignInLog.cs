using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.History;

/// <summary>The last sign-ins of a user as lines of JSON, oldest first: added to without reading the rest.</summary>
internal static partial class SignInLog
{
    private const int MaxBytes = 24 * 1024;

    public static SignInHistory Append(SignInHistory history, MfaSignInRecord record, MfaOptions options) =>
        Append(history, JsonSerializer.SerializeToUtf8Bytes(record, LogJson.Default.MfaSignInRecord), options);

    /// <summary>Notes that a recorded sign-in was proved.</summary>
    public static SignInHistory AppendProof(SignInHistory history, DeviceProof proof, MfaOptions options) =>
        Append(history, JsonSerializer.SerializeToUtf8Bytes(ProofLine.Of(proof), LogJson.Default.ProofLine), options);

    /// <summary>The sign-ins, oldest first.</summary>
    public static IReadOnlyList<MfaSignInRecord> Read(SignInHistory history)
    {
        var records = new List<MfaSignInRecord>();
        foreach (var line in Encoding.UTF8.GetString(history.Log.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)) Read(line, records);
        return records;
    }

    private static void Read(string line, List<MfaSignInRecord> records)
    {
        try
        {
            if (line.StartsWith("{\"proved\"", StringComparison.Ordinal))
            {
                var proof = JsonSerializer.Deserialize(line, LogJson.Default.ProofLine)!;
                var index = records.FindLastIndex(r => r.Id == proof.Proved);
                if (index >= 0) records[index] = records[index] with { IsProved = true };
            }
            else if (JsonSerializer.Deserialize(line, LogJson.Default.MfaSignInRecord) is { } record)
            {
                records.Add(record);
            }
        }
        catch (JsonException)
        {
            // A line of another version: people and replay see one sign-in less.
        }
    }

    private static SignInHistory Append(SignInHistory history, byte[] line, MfaOptions options)
    {
        var most = options.Policy.History.MaxSignIns;
        if (most == 0) return history with { Log = default };
        var log = new byte[history.Log.Length + line.Length + 1];
        history.Log.CopyTo(log);
        line.CopyTo(log, history.Log.Length);
        log[^1] = (byte)'\n';
        return history with { Log = Trim(log, most) };
    }

    /// <summary>A sign-in has a line, and a second one where it was proved.</summary>
    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> log, int most)
    {
        var lines = log.Span.Count((byte)'\n');
        while (log.Length > MaxBytes || lines > 2 * most)
        {
            log = log[(log.Span.IndexOf((byte)'\n') + 1)..];
            lines--;
        }

        return log;
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(MfaSignInRecord))]
    [JsonSerializable(typeof(ProofLine))]
    private sealed partial class LogJson : JsonSerializerContext;
}
