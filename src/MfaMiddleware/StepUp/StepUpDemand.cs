using MfaMiddleware.Verification;

namespace MfaMiddleware.StepUp;

/// <summary>What an endpoint asks of the proof of MFA that a session carries.</summary>
/// <param name="MaxAge">How old it may be.</param>
/// <param name="Strength">What it must be worth; null for any.</param>
/// <param name="Methods">The methods that it may come from; empty for any.</param>
internal sealed record StepUpDemand(TimeSpan MaxAge, MfaStrength? Strength, IReadOnlyList<string> Methods)
{
    public bool IsMetBy(MfaProof proof, DateTimeOffset now) =>
        proof.IsYoungerThan(MaxAge, now)
        && proof.Strength >= (Strength ?? MfaStrength.Sms)
        && (Methods.Count == 0 || proof.Methods.Any(Methods.Contains));

    /// <summary>What meets all of them; null where nothing can.</summary>
    public static StepUpDemand? Combine(IEnumerable<StepUpDemand> demands)
    {
        StepUpDemand? combined = null;
        foreach (var demand in demands)
        {
            if (combined is null)
            {
                combined = demand;
                continue;
            }

            if (Intersect(combined.Methods, demand.Methods) is not { } methods) return null;
            combined = new StepUpDemand(
                combined.MaxAge < demand.MaxAge ? combined.MaxAge : demand.MaxAge,
                (MfaStrength?)Math.Max((int)(combined.Strength ?? 0), (int)(demand.Strength ?? 0)) is var strength and not 0 ? strength : null,
                methods);
        }

        return combined;
    }

    private static IReadOnlyList<string>? Intersect(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        if (one.Count == 0 || other.Count == 0) return one.Count == 0 ? other : one;
        // Fail closed: an empty list means any method, so two lists without a common one must not become that.
        return one.Intersect(other).ToList() is { Count: > 0 } common ? common : null;
    }
}
