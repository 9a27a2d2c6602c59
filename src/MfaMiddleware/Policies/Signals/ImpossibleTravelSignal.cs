namespace MfaMiddleware.Policies.Signals;

/// <summary>
/// A place that the user can't have come to in the time since the last sign-in, or a country that they were never seen in. The codes are Auth0's where it
/// has one.
/// </summary>
internal sealed class ImpossibleTravelSignal : IRiskSignal
{
    public const string SignalName = "impossible_travel";

    /// <summary>The part of the greatest speed up to which a new country is a journey: by far most people who travel sign in hours after they arrive.</summary>
    private const double Leisurely = 0.25;

    /// <summary>As long as the longest flights take from door to door: who had that time may be anywhere, and the speed says little.</summary>
    private static readonly TimeSpan LongWay = TimeSpan.FromHours(20);

    /// <summary>How long a browser in which such a challenge was answered may come from yet another country: its user is on a journey, or behind a VPN.</summary>
    private static readonly TimeSpan OnTheMove = TimeSpan.FromDays(30);

    private static readonly RiskFinding NoPlace = new("no_location", RiskConfidence.Neutral);
    private static readonly RiskFinding NoHistory = new("no_last_location", RiskConfidence.Neutral);
    private static readonly RiskFinding Known = new("known_network", RiskConfidence.High);
    private static readonly RiskFinding Near = new("minimal_travel_from_last_login", RiskConfidence.High);

    public string Name => SignalName;

    public async ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken)
    {
        if (await context.LocateAsync(cancellationToken) is not { } here) return NoPlace;
        if (context.History.LastVisitOf(context.Options) is not { Place: { } there } last) return NoHistory;
        // A network of the user's own that a database puts elsewhere, or a VPN that is switched on and off.
        if (context.IsTrustedNetwork || context.IsKnownNetwork) return Known;
        return Compare(here, there, context.SignIn.Now - last.At, IsNewCountry(here, there, context), context);
    }

    private static RiskFinding Compare(GeoLocation here, GeoLocation there, TimeSpan since, bool? isNewCountry, RiskContext context)
    {
        var options = context.Options.Policy.Signals.ImpossibleTravel;
        // Two databases' errors at most: what is left is distance.
        var kilometres = here.DistanceKmTo(there) - (here.AccuracyRadiusKm ?? 0) - (there.AccuracyRadiusKm ?? 0);
        if (kilometres <= options.MinDistanceKm) return Near;

        // Clocks of two nodes differ; a sign-in "before" the last one took no time at all.
        var hours = Math.Max(since.TotalHours, 1d / 3600);
        var speed = kilometres / hours;
        var isPossible = speed <= options.MaxSpeedKmh;
        var proved = isNewCountry == true ? ProvedIn(context, here) : default;
        var isUnhurried = proved.LeftOpen is null && (speed <= options.MaxSpeedKmh * Leisurely || (proved.IsKnown && since >= LongWay));
        var doubt = proved.Travelled is null ? RiskConfidence.Low : RiskConfidence.Medium;
        var (code, confidence) = (isPossible, isNewCountry) switch
        {
            (true, true) when !isUnhurried => ("new_country", doubt),
            (true, _) => ("possible_travel", RiskConfidence.High),
            // Carriers bring a phone out anywhere in its country, or at home while its owner is abroad, and databases know countries better than cities:
            // where the user has been before it is only unusual.
            (false, false) => ("impossible_travel", RiskConfidence.Medium),
            (false, true) => ("impossible_travel", doubt),
            _ => ("impossible_travel", RiskConfidence.Low),
        };
        return new RiskFinding(code, confidence)
        {
            IsAttackSign = !isPossible,
            Details = DetailsOf(here, there, kilometres, since, proved),
        };
    }

    private static Dictionary<string, string> DetailsOf(GeoLocation here, GeoLocation there, double kilometres, TimeSpan since, Proved proved)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["km"] = RiskText.Of(kilometres),
            ["minutes"] = RiskText.Of(Math.Max(0, since.TotalMinutes)),
            ["from"] = there.Country ?? "",
            ["to"] = here.Country ?? "",
        };
        if (proved.LeftOpen is { } open) details["unanswered"] = RiskText.Of(open);
        if (proved.Travelled is { } travelled) details["travelled"] = RiskText.Of(travelled);
        return details;
    }

    /// <summary>It speaks for this browser alone: one in which nothing was proved is judged by its speed.</summary>
    private static Proved ProvedIn(RiskContext context, GeoLocation here)
    {
        if (!context.IsKnownDevice) return default;
        var device = context.DeviceState.Device!;
        // A thief who waits until the distance is a journey is asked again, also where the owner has travelled meanwhile.
        var open = device.Unanswered?.FindLast(u => u.Network == context.Network || (u.Country is not null && u.Country == here.Country));
        return new Proved(true, open?.At, open is null && device.TravelledAt > context.SignIn.Now - OnTheMove ? device.TravelledAt : null);
    }

    /// <summary>Whether the user was never seen in that country; null where one of the two isn't known.</summary>
    private static bool? IsNewCountry(GeoLocation here, GeoLocation there, RiskContext context) =>
        here.Country is { Length: > 0 } to && there.Country is { Length: > 0 } from ? to != from && !context.History.HasBeenIn(to, context.Options) : null;

    /// <summary>What a browser's record says of ways to new countries.</summary>
    /// <param name="IsKnown">Whether a factor was proved in it at all.</param>
    /// <param name="LeftOpen">When the challenge for the way to here was left open.</param>
    /// <param name="Travelled">When the last one was answered, if that was lately.</param>
    private readonly record struct Proved(bool IsKnown, DateTimeOffset? LeftOpen, DateTimeOffset? Travelled);
}
