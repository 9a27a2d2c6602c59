using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.History;

/// <summary>The last sign-ins of a user as lines of JSON, oldest first: added to without reading the rest.</summary>
internal static partial class SignInLog
{
    private const int MaxBytes = 24 * 1024;

    public static SignInHistory Append(SignInHistory history, MfaSignInRecord record, KnownBefore before, MfaOptions options) =>
        Append(history, new LogLine { SignIn = record, Before = before }, options);

    /// <summary>Notes that a sign-in was proved, or a session.</summary>
    public static SignInHistory AppendProof(SignInHistory history, DeviceProof proof, MfaOptions options) =>
        Append(history, new LogLine { Proof = ProofLine.Of(proof) }, options);

    /// <summary>The sign-ins, oldest first.</summary>
    public static IReadOnlyList<MfaSignInRecord> Read(SignInHistory history) => [.. ReadLines(history).Select(l => l.SignIn).OfType<MfaSignInRecord>()];

    /// <summary>The sign-ins and the proofs, oldest first.</summary>
    public static IReadOnlyList<LogLine> ReadLines(SignInHistory history)
    {
        var lines = new List<LogLine>();
        foreach (var line in Encoding.UTF8.GetString(history.Log.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries)) Read(line, lines);
        var proved = lines.Select(l => l.Proof?.Proved).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. lines.Select(l => l.SignIn is { } signIn && proved.Contains(signIn.Id) ? l with { SignIn = signIn with { IsProved = true } } : l).OrderBy(l => l.At())];
    }

    private static void Read(string line, List<LogLine> lines)
    {
        try
        {
            if (JsonSerializer.Deserialize(line, LogJson.Default.LogLine) is { } read && read.At() != default) lines.Add(read);
        }
        catch (JsonException)
        {
            // A line of another version: people and replay see one sign-in less.
        }
    }

    private static SignInHistory Append(SignInHistory history, LogLine line, MfaOptions options) =>
        Append(history, JsonSerializer.SerializeToUtf8Bytes(line, LogJson.Default.LogLine), options);

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
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true,
        IgnoreReadOnlyProperties = true)]
    [JsonSerializable(typeof(LogLine))]
    private sealed partial class LogJson : JsonSerializerContext;
}
