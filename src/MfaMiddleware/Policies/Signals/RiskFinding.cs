using System.Collections.ObjectModel;

namespace MfaMiddleware.Policies.Signals;

/// <summary>What one signal found out about one sign-in.</summary>
/// <param name="Code">Why, in snake_case: <c>new_device</c>, <c>impossible_travel</c>. Reports and metrics count codes, so it holds no value of the sign-in.</param>
/// <param name="Confidence">How sure the signal is that the user made the sign-in.</param>
public sealed record RiskFinding(string Code, RiskConfidence Confidence)
{
    /// <summary>The name of the signal; the engine sets it.</summary>
    public string Signal { get; init; } = "";

    /// <summary>What it compared, for people who read the decision: <c>km</c>, <c>last_seen</c>. Never a secret.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// Whether it is a positive sign of an attack, and not a lack of history: a user without a factor can't set one up in such a sign-in.
    /// </summary>
    public bool IsAttackSign { get; init; }

    /// <summary>What it adds to the score; the engine sets it.</summary>
    public int Weight { get; init; }

    /// <summary>Whether it speaks against the sign-in: a word that this version doesn't know does too.</summary>
    public bool IsSuspicious => Confidence is not (RiskConfidence.High or RiskConfidence.Neutral);
}
