namespace MfaMiddleware.PendingSessions;

/// <summary>The ranges of <see cref="PendingSessionOptions"/>.</summary>
internal static class PendingSessionRules
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static void Check(PendingSessionOptions options, SettingsCheck check)
    {
        check.Range(nameof(options.Lifetime), options.Lifetime, Minute, 15 * Minute);
        check.Range(nameof(options.EnrollmentLifetime), options.EnrollmentLifetime, Minute, 30 * Minute);
        check.Must(
            options.EnrollmentLifetime >= options.Lifetime, nameof(options.EnrollmentLifetime), options.EnrollmentLifetime,
            $"it must be at least Lifetime, {options.Lifetime:c}.");
        check.Range(nameof(options.MaxAttempts), options.MaxAttempts, 1, 10);
        check.Range(nameof(options.MaxPerSubject), options.MaxPerSubject, 1, 20);
        check.Range(nameof(options.MaxStepUpsPerSubject), options.MaxStepUpsPerSubject, 1, 20);
        check.Must(options.MaxTotal >= 1, nameof(options.MaxTotal), options.MaxTotal, "it must be at least 1.");
    }
}
