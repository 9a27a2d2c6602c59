namespace MfaMiddleware.PendingSessions;

/// <summary>The limits of pending sessions (<c>Mfa:PendingSessions</c>).</summary>
public sealed class PendingSessionOptions
{
    /// <summary>From the primary sign-in to the end, whatever happens in between: 1 to 15 minutes. Default: 5 minutes.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The same for a user who must set up a first factor: 1 to 30 minutes. Default: 20 minutes.</summary>
    public TimeSpan EnrollmentLifetime { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>Answers that are checked: 1 to 10. Default: 5.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Pending sign-ins of one user: 1 to 20. Default: 5.</summary>
    public int MaxPerSubject { get; set; } = 5;

    /// <summary>Pending step-ups of one user: 1 to 20. Default: 2.</summary>
    public int MaxStepUpsPerSubject { get; set; } = 2;

    /// <summary>Pending sessions in all. Default: 200,000.</summary>
    public int MaxTotal { get; set; } = 200_000;
}
