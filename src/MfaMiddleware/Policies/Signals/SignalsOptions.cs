namespace MfaMiddleware.Policies.Signals;

/// <summary>What makes a sign-in suspicious (<c>Mfa:Policy:Signals</c>).</summary>
public sealed class SignalsOptions
{
    /// <summary>How findings become a decision. Default: <see cref="SignalCombination.Score"/>.</summary>
    public SignalCombination Combine { get; set; }

    /// <summary>From which sum of weights on a sign-in is suspicious: 1 to 1,000. Default: 50.</summary>
    public int Threshold { get; set; } = 50;

    /// <summary>A browser in which this user has not proved a second factor.</summary>
    public NewDeviceOptions NewDevice { get; set; } = new();

    /// <summary>A network that this user has not signed in from.</summary>
    public NewNetworkOptions NewNetwork { get; set; } = new();

    /// <summary>A place too far from the last one for the time between; needs <c>Mfa:Geo</c> or a locator of the host.</summary>
    public ImpossibleTravelOptions ImpossibleTravel { get; set; } = new();

    /// <summary>An address on a deny list (<c>Mfa:Addresses</c>).</summary>
    public SignalOptions UntrustedAddress { get; set; } = new() { Weight = 100 };

    /// <summary>Failures in a short time.</summary>
    public VelocityOptions Velocity { get; set; } = new();

    /// <summary>A new password or phone number, or the use of a recovery code, that this browser has not proved a factor since.</summary>
    public RecentChangeOptions RecentChange { get; set; } = new();
}

/// <summary>How findings become a decision.</summary>
public enum SignalCombination
{
    /// <summary>The weights are added up; the threshold decides.</summary>
    Score,

    /// <summary>Any finding that speaks against the sign-in is enough.</summary>
    Any,
}

/// <summary>What every signal has.</summary>
public class SignalOptions
{
    /// <summary>Whether it is asked. Default: true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What it adds to the score: 0 to 1,000; half of it where it is only unusual.</summary>
    public int Weight { get; set; } = 50;
}

/// <summary>The signal <c>new_device</c>.</summary>
public sealed class NewDeviceOptions : SignalOptions
{
    /// <summary>Default weight: 60.</summary>
    public NewDeviceOptions() => Weight = 60;

    /// <summary>How long a browser is known after its last proof of a second factor: 1 hour to 180 days. Default: 90 days.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Browsers of one user that are remembered, the latest: 1 to 50. Default: 20.</summary>
    public int MaxPerUser { get; set; } = 20;
}

/// <summary>The signal <c>new_network</c>.</summary>
public sealed class NewNetworkOptions : SignalOptions
{
    /// <summary>Default weight: 15, too little to challenge alone, or with a phone that its carrier brings out elsewhere in the country.</summary>
    public NewNetworkOptions() => Weight = 15;

    /// <summary>Networks of one user that are remembered, the latest: 1 to 100. Default: 20.</summary>
    public int MaxPerUser { get; set; } = 20;
}

/// <summary>The signal <c>impossible_travel</c>.</summary>
public sealed class ImpossibleTravelOptions : SignalOptions
{
    /// <summary>Default weight: 60; half of it within a country that the user was seen in, or in a browser in which such a challenge was answered lately.</summary>
    public ImpossibleTravelOptions() => Weight = 60;

    /// <summary>The fastest that users travel from door to door, in km/h: 100 to 10,000. Default: 800.</summary>
    public int MaxSpeedKmh { get; set; } = 800;

    /// <summary>A distance within which databases err, in km: 0 to 5,000. Default: 150.</summary>
    public int MinDistanceKm { get; set; } = 150;
}

/// <summary>The signal <c>velocity</c>.</summary>
public sealed class VelocityOptions : SignalOptions
{
    /// <summary>Over how long failures are counted: 1 minute to 24 hours. Default: 1 hour.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    /// <summary>From how many failed passwords of this user on: 1 to 100. Default: 5. The host reports them: <c>context.ReportFailedSignIn(…)</c>.</summary>
    public int FailedPasswords { get; set; } = 5;

    /// <summary>From how many wrong answers to this user's challenges on: 1 to 100. Default: 5.</summary>
    public int FailedAnswers { get; set; } = 5;

    /// <summary>From how many users with failed passwords from one network within ten minutes on: 2 to 1,000. Default: 10; counted by each node.</summary>
    public int UsersPerNetwork { get; set; } = 10;
}

/// <summary>The signal <c>recent_change</c>.</summary>
public sealed class RecentChangeOptions : SignalOptions
{
    /// <summary>How long a change is recent: 1 minute to 30 days. Default: 24 hours.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(24);
}
