namespace MfaMiddleware.Policies.Replay;

/// <summary>What would have become of recorded sign-ins under changed settings. Counts only: no identity, address or browser.</summary>
public sealed record MfaReplayReport
{
    /// <summary>The first moment that counts; null: from the first record on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment that no longer counts; null: up to the last record.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The realm; null: all.</summary>
    public string? Realm { get; init; }

    /// <summary>Recorded sign-ins within the time.</summary>
    public required int SignIns { get; init; }

    /// <summary>Users who made them.</summary>
    public required int Users { get; init; }

    /// <summary>Users with more sign-ins within the time than are kept (<c>Policy:History:MaxSignIns</c>): only their last ones count.</summary>
    public required int UsersCutShort { get; init; }

    /// <summary>By outcome: <c>pass</c>, <c>challenge</c>, <c>must_enroll</c>, <c>deny</c>.</summary>
    public required IReadOnlyList<MfaReplayCount> Outcomes { get; init; }

    /// <summary>What changes, most frequent first.</summary>
    public required IReadOnlyList<MfaReplayMove> Changes { get; init; }

    /// <summary>By rule and outcome.</summary>
    public required IReadOnlyList<MfaReplayCount> Rules { get; init; }

    /// <summary>Findings that speak against a sign-in, by signal and code, most frequent first.</summary>
    public required IReadOnlyList<MfaReplayCount> Signals { get; init; }

    /// <summary>The report as text of fixed width.</summary>
    /// <returns>Lines.</returns>
    public string ToText() => ReplayText.Of(this);

    /// <summary>The report as JSON, names in snake_case.</summary>
    /// <returns>One object.</returns>
    public string ToJson() => ReplayJson.Of(this);

    /// <summary>The report as a page of its own, with charts: no script, nothing from elsewhere.</summary>
    /// <returns>The page.</returns>
    public string ToHtml() => ReplayPage.Of(this);
}

/// <summary>How often something was, and would be.</summary>
/// <param name="Name">The outcome, the rule or the signal.</param>
/// <param name="Code">The rule's outcome or the signal's code; null for an outcome.</param>
/// <param name="SignInsBefore">Sign-ins, as recorded.</param>
/// <param name="UsersBefore">Users, as recorded.</param>
/// <param name="SignInsAfter">Sign-ins under the changed settings.</param>
/// <param name="UsersAfter">Users under the changed settings.</param>
public sealed record MfaReplayCount(string Name, string? Code, int SignInsBefore, int UsersBefore, int SignInsAfter, int UsersAfter);

/// <summary>Sign-ins whose outcome changes.</summary>
/// <param name="Before">As recorded.</param>
/// <param name="After">Under the changed settings.</param>
/// <param name="SignIns">How many.</param>
/// <param name="Users">Of how many users.</param>
public sealed record MfaReplayMove(MfaOutcome Before, MfaOutcome After, int SignIns, int Users);
