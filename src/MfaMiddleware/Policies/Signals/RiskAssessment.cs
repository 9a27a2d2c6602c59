namespace MfaMiddleware.Policies.Signals;

/// <summary>What all signals together say of one sign-in.</summary>
/// <param name="Findings">What each signal found.</param>
/// <param name="Score">The sum of the weights.</param>
/// <param name="Threshold">From which score on a sign-in is suspicious; null where any finding is enough.</param>
public sealed record RiskAssessment(IReadOnlyList<RiskFinding> Findings, int Score, int? Threshold)
{
    /// <summary>Whether the sign-in is suspicious.</summary>
    public bool IsSuspicious => Threshold is { } threshold ? Score >= threshold : Findings.Any(f => f.IsSuspicious);

    /// <summary>Whether there is a positive sign of an attack.</summary>
    public bool IsAttack => Findings.Any(f => f.IsAttackSign);

    /// <summary>Whether the way to where the sign-in comes from is a reason.</summary>
    internal bool IsForTravel => IsSuspicious && Findings.Any(f => f is { Signal: ImpossibleTravelSignal.SignalName, Confidence: RiskConfidence.Low });

    /// <summary>The codes of what speaks against it, heaviest first.</summary>
    public IReadOnlyList<string> Codes => [.. Suspicious.Select(f => f.Code)];

    /// <summary>
    /// The fewest codes, heaviest first, without which the sign-in had not been suspicious: what would have avoided the challenge.
    /// </summary>
    public IReadOnlyList<string> WouldHaveAvoided
    {
        get
        {
            if (!IsSuspicious) return [];
            var codes = new List<string>();
            var score = Score;
            foreach (var (code, weight) in Suspicious)
            {
                codes.Add(code);
                score -= weight;
                if (Threshold is { } threshold && score < threshold) break;
            }

            return codes;
        }
    }

    /// <summary>Two signals may give the same code: then they have nothing to compare with, both.</summary>
    private IEnumerable<(string Code, int Weight)> Suspicious => Findings.Where(f => f.IsSuspicious)
        .GroupBy(f => f.Code, (code, findings) => (Code: code, Weight: findings.Sum(f => f.Weight)))
        .OrderByDescending(f => f.Weight);
}
