namespace MfaMiddleware.Policies.Signals;

/// <summary>The ranges of <see cref="SignalsOptions"/>.</summary>
internal static class SignalRules
{
    private const int MaxWeight = 1000;

    public static void Check(SignalsOptions signals, SettingsCheck check)
    {
        check.Defined<SignalCombination>(nameof(signals.Combine), signals.Combine);
        check.Range(nameof(signals.Threshold), signals.Threshold, 1, MaxWeight);
        if (Has(signals.NewDevice, nameof(signals.NewDevice), check)) CheckDevice(signals.NewDevice, check.Below(nameof(signals.NewDevice)));
        if (Has(signals.NewNetwork, nameof(signals.NewNetwork), check))
            check.Below(nameof(signals.NewNetwork)).Range(nameof(signals.NewNetwork.MaxPerUser), signals.NewNetwork.MaxPerUser, 1, 100);
        if (Has(signals.ImpossibleTravel, nameof(signals.ImpossibleTravel), check)) CheckTravel(signals.ImpossibleTravel, check.Below(nameof(signals.ImpossibleTravel)));
        Has(signals.UntrustedAddress, nameof(signals.UntrustedAddress), check);
        if (Has(signals.Velocity, nameof(signals.Velocity), check)) CheckVelocity(signals.Velocity, check.Below(nameof(signals.Velocity)));
        if (Has(signals.RecentChange, nameof(signals.RecentChange), check))
            check.Below(nameof(signals.RecentChange)).Range(nameof(signals.RecentChange.Window), signals.RecentChange.Window, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
    }

    private static bool Has(SignalOptions? options, string name, SettingsCheck check)
    {
        if (!check.Has(name, options)) return false;
        check.Below(name).Range(nameof(options.Weight), options!.Weight, 0, MaxWeight);
        return true;
    }

    private static void CheckDevice(NewDeviceOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.Lifetime), options.Lifetime, TimeSpan.FromHours(1), TimeSpan.FromDays(180));
        check.Range(nameof(options.MaxPerUser), options.MaxPerUser, 1, 50);
    }

    private static void CheckTravel(ImpossibleTravelOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.MaxSpeedKmh), options.MaxSpeedKmh, 100, 10_000);
        check.Range(nameof(options.MinDistanceKm), options.MinDistanceKm, 0, 5_000);
    }

    private static void CheckVelocity(VelocityOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.Window), options.Window, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        check.Range(nameof(options.FailedPasswords), options.FailedPasswords, 1, 100);
        check.Range(nameof(options.FailedAnswers), options.FailedAnswers, 1, 100);
        check.Range(nameof(options.UsersPerNetwork), options.UsersPerNetwork, 2, 1_000);
    }
}
