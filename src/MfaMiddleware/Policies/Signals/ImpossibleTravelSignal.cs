namespace MfaMiddleware.Policies.Signals;

/// <summary>A place that the user can't have come to in the time since the last sign-in. The codes are Auth0's where it has one.</summary>
internal sealed class ImpossibleTravelSignal : IRiskSignal
{
    private static readonly RiskFinding NoPlace = new("no_location", RiskConfidence.Neutral);
    private static readonly RiskFinding NoHistory = new("no_last_location", RiskConfidence.Neutral);
    private static readonly RiskFinding Known = new("known_network", RiskConfidence.High);
    private static readonly RiskFinding Near = new("minimal_travel_from_last_login", RiskConfidence.High);

    public string Name => "impossible_travel";

    public async ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken)
    {
        if (await context.LocateAsync(cancellationToken) is not { } here) return NoPlace;
        if (context.History.LastVisitOf(context.Options) is not { Place: { } there } last) return NoHistory;
        // A network of the user's own that a database puts elsewhere, or a VPN that is switched on and off.
        if (context.IsTrustedNetwork || context.IsKnownNetwork) return Known;
        return Compare(here, there, context.SignIn.Now - last.At, context.Options.Policy.Signals.ImpossibleTravel);
    }

    private static RiskFinding Compare(GeoLocation here, GeoLocation there, TimeSpan since, ImpossibleTravelOptions options)
    {
        // Two databases' errors at most: what is left is distance.
        var kilometres = here.DistanceKmTo(there) - (here.AccuracyRadiusKm ?? 0) - (there.AccuracyRadiusKm ?? 0);
        if (kilometres <= options.MinDistanceKm) return Near;

        // Clocks of two nodes differ; a sign-in "before" the last one took no time at all.
        var hours = Math.Max(since.TotalHours, 1d / 3600);
        var isPossible = kilometres / hours <= options.MaxSpeedKmh;
        return new RiskFinding(isPossible ? "possible_travel" : "impossible_travel", isPossible ? RiskConfidence.High : RiskConfidence.Low)
        {
            IsAttackSign = !isPossible,
            Details = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["km"] = RiskText.Of(kilometres),
                ["minutes"] = RiskText.Of(Math.Max(0, since.TotalMinutes)),
                ["from"] = there.Country ?? "",
                ["to"] = here.Country ?? "",
            },
        };
    }
}
