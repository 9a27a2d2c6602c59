using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;

namespace MfaMiddleware.StepUp;

/// <summary>Finds the next proof that a session must give to meet the demands of an endpoint.</summary>
internal sealed class StepUpNeeds(MethodRegistry methods, MfaSettings settings, TimeProvider time)
{
    /// <summary>The next proof; null where no proof can meet one of the demands.</summary>
    /// <param name="stamp">Of the session.</param>
    /// <param name="failed">Demands that it doesn't meet.</param>
    /// <param name="met">Those that it does, so that the next proof meets them as well where it can.</param>
    public StepUpDemand? Next(MfaStamp? stamp, IEnumerable<MfaRequirement> failed, IEnumerable<MfaRequirement> met)
    {
        List<StepUpDemand?> needs = [.. failed.Select(r => Next(stamp, r))];
        if (needs.Count == 0 || needs.Contains(null)) return null;
        return StepUpDemand.Combine([.. needs.OfType<StepUpDemand>(), .. met.Select(r => Next(stamp, r)).OfType<StepUpDemand>()]);
    }

    private StepUpDemand? Next(MfaStamp? stamp, MfaRequirement requirement)
    {
        MfaStrength? strength = requirement.Strength > MfaStrength.Sms ? requirement.Strength : null;
        if (requirement.Ways.Count == 0) return new StepUpDemand(requirement.MaxAge, strength, []);

        List<string> names = [.. requirement.Ways.SelectMany(way => Missing(stamp, requirement, way)).Distinct()];
        // One proof of several need not be the strong one.
        var isOneProof = requirement.Ways.All(way => way.Words.Count(IsSecondFactor) == 1);
        // Fail closed: no name at all would mean any method.
        return names.Count == 0 ? null : new StepUpDemand(requirement.MaxAge, isOneProof ? strength : null, names);
    }

    /// <summary>The methods that prove what is missing on this way; none where the primary sign-in was another one.</summary>
    private IEnumerable<string> Missing(MfaStamp? stamp, MfaRequirement requirement, MethodCombination way)
    {
        List<string> primary = stamp is null ? [] : [.. SecondFactorClaims.PrimaryOf(stamp, settings.Current)];
        if (way.Words.Any(w => !IsSecondFactor(w) && !primary.Contains(w))) return [];

        var fresh = requirement.FreshOf(stamp, time.GetUtcNow());
        List<string> words = [.. way.Words.Where(IsSecondFactor)];
        List<string> missing = [.. words.Where(w => !fresh.Any(p => MethodCombination.IsCoveredBy(w, p)))];
        return (missing.Count == 0 ? words : missing).SelectMany(methods.ProvedBy);
    }

    private bool IsSecondFactor(string word) => methods.ProvedBy(word).Count > 0;
}
