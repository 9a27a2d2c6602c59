namespace MfaMiddleware.StepUp;

/// <summary>What one fresh proof must be.</summary>
/// <param name="MaxAge">How old it may be.</param>
/// <param name="Strength">What it must be worth; null for any.</param>
/// <param name="Methods">The names of the methods that it may come from; empty for any.</param>
internal sealed record StepUpDemand(TimeSpan MaxAge, MfaStrength? Strength, IReadOnlyList<string> Methods)
{
    /// <summary>The first of them, and as many of the others as the same proof can meet: what is left is asked for after it.</summary>
    public static StepUpDemand Combine(IReadOnlyList<StepUpDemand> demands)
    {
        var combined = demands[0];
        foreach (var demand in demands.Skip(1))
        {
            if (Intersect(combined.Methods, demand.Methods) is not { } methods) continue;
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
