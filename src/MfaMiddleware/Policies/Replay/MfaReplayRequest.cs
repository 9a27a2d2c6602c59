namespace MfaMiddleware.Policies.Replay;

/// <summary>Which recorded sign-ins are run again.</summary>
public sealed record MfaReplayRequest
{
    /// <summary>The first moment that counts; what came before prepares the histories. Null: from the first record on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment that no longer counts. Null: up to the last record.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only users of this realm. Null: all.</summary>
    public string? Realm { get; init; }

    /// <summary>Told after each user.</summary>
    public IProgress<MfaReplayProgress>? Progress { get; init; }
}

/// <summary>How far a replay is.</summary>
/// <param name="Users">Users that are done.</param>
/// <param name="SignIns">Their sign-ins within the time.</param>
public sealed record MfaReplayProgress(int Users, int SignIns);
