using System.Text.Json;
using System.Text.Json.Serialization;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.History;

/// <summary>A history for people: everything but ids of cookies.</summary>
internal static partial class HistoryExport
{
    public static byte[] Write(MfaSubject subject, SignInHistory history, DateTimeOffset now) => JsonSerializer.SerializeToUtf8Bytes(
        new ExportedHistory
        {
            Realm = subject.Realm,
            Subject = subject.Id,
            ExportedAt = now,
            Devices = [.. history.Devices.Select(d => new ExportedDevice(d.Id, d.Agent, d.CreatedAt, d.LastSeenAt, d.ProvedAt, d.TrustedUntil, d.Strength, d.IsObserved, d.TravelledAt, d.Unanswered))],
            DevicesVoidBefore = history.DevicesVoidBefore,
            Networks = history.Networks,
            LastVisit = history.LastVisit,
            LastProvedAt = history.LastProvedAt,
            Failures = history.Failures,
            Changes = history.Changes,
            GraceStartedAt = history.GraceStartedAt,
            SignIns = [.. SignInsOf(history).Select(DecisionView.Of)],
        },
        ExportJson.Default.ExportedHistory);

    public static byte[] Write(IReadOnlyList<MfaSignInRecord> decisions) =>
        JsonSerializer.SerializeToUtf8Bytes(new ExportedDecisions([.. decisions.Select(DecisionView.Of)]), ExportJson.Default.ExportedDecisions);

    /// <summary>The sign-ins, oldest first, each with the id of its device in the place of the hash of its cookie.</summary>
    public static IEnumerable<MfaSignInRecord> SignInsOf(SignInHistory history)
    {
        var ids = history.Devices.ToDictionary(d => d.Key, d => d.Id);
        return SignInLog.Read(history).Select(r => r with { Device = r.Device is { } key && ids.TryGetValue(key, out var id) ? id : null });
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(ExportedHistory))]
    [JsonSerializable(typeof(ExportedDecisions))]
    private sealed partial class ExportJson : JsonSerializerContext;
}

/// <summary>Everything that is remembered of one user.</summary>
internal sealed record ExportedHistory
{
    public required string Realm { get; init; }

    public required string Subject { get; init; }

    public required DateTimeOffset ExportedAt { get; init; }

    public required IReadOnlyList<ExportedDevice> Devices { get; init; }

    public DateTimeOffset? DevicesVoidBefore { get; init; }

    public required IReadOnlyList<SeenNetwork> Networks { get; init; }

    public Visit? LastVisit { get; init; }

    public DateTimeOffset? LastProvedAt { get; init; }

    public required IReadOnlyList<FailedSignIn> Failures { get; init; }

    public required IReadOnlyList<AccountChange> Changes { get; init; }

    public DateTimeOffset? GraceStartedAt { get; init; }

    public required IReadOnlyList<DecisionView> SignIns { get; init; }
}

/// <summary>A device, one that no longer counts too.</summary>
internal sealed record ExportedDevice(
    string Id, string Agent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ProvedAt, DateTimeOffset? TrustedUntil, MfaStrength Strength, bool IsObserved,
    DateTimeOffset? TravelledAt, IReadOnlyList<UnansweredTravel>? Unanswered);

/// <summary>The last sign-ins, newest first.</summary>
internal sealed record ExportedDecisions(IReadOnlyList<DecisionView> Decisions);

/// <summary>A sign-in with its decision, as administrators and its user see it.</summary>
internal sealed record DecisionView
{
    public required DateTimeOffset At { get; init; }

    public required string Scheme { get; init; }

    public string? Client { get; init; }

    public required string Path { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    public string? Address { get; init; }

    public required string Agent { get; init; }

    /// <summary>The id of a device that is still remembered.</summary>
    public string? Device { get; init; }

    public required string Rule { get; init; }

    public required MfaOutcome Outcome { get; init; }

    public required IReadOnlyList<string> Reasons { get; init; }

    public required IReadOnlyList<FindingView> Findings { get; init; }

    /// <summary>Left out where no signal was asked.</summary>
    public int? Score { get; init; }

    /// <summary>Left out where any finding is enough.</summary>
    public int? Threshold { get; init; }

    public required IReadOnlyList<string> WouldHaveAvoided { get; init; }

    /// <summary>Whether it was recorded and not enforced.</summary>
    public required bool Observed { get; init; }

    /// <summary>Whether a second factor was proved and the sign-in completed.</summary>
    public required bool Proved { get; init; }

    public static DecisionView Of(MfaSignInRecord record) => new()
    {
        At = record.At,
        Scheme = record.Scheme,
        Client = record.Client,
        Path = record.Path,
        Roles = record.Roles,
        Address = record.Address,
        Agent = record.Agent,
        Device = record.Device,
        Rule = record.Rule,
        Outcome = record.Outcome,
        Reasons = record.Reasons,
        Findings = [.. (record.Risk?.Findings ?? []).Select(f => new FindingView(f.Signal, f.Code, f.Confidence, f.Details, f.Weight))],
        Score = record.Risk?.Score,
        Threshold = record.Risk?.Threshold,
        WouldHaveAvoided = record.WouldHaveAvoided,
        Observed = record.IsObserved,
        Proved = record.IsProved,
    };
}

/// <summary>What one signal found.</summary>
internal sealed record FindingView(string Signal, string Code, RiskConfidence Confidence, IReadOnlyDictionary<string, string> Details, int Weight);
