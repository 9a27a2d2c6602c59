using MfaMiddleware.Policies;

namespace MfaMiddleware.PendingSessions;

/// <summary>What a new session is made of.</summary>
internal sealed record NewSession(
    PendingSessionKind Kind, PendingSessionPurpose Purpose, MfaSubject Subject, string Network, PendingPayload Payload, byte[] SecretHash, string Id)
{
    /// <summary>A set-up that has begun already.</summary>
    public PendingState? State { get; init; }

    /// <summary>Where it isn't what the settings say.</summary>
    public TimeSpan? Lifetime { get; init; }
}

/// <summary>Stores a new pending session: one write, everything in it protected.</summary>
internal sealed class SessionMaker(SessionStore store, SessionProtector protector, TimeProvider time)
{
    /// <summary>How long a session of another network can't be pushed out by a newcomer.</summary>
    private static readonly TimeSpan Protected = TimeSpan.FromSeconds(60);

    public async Task<(CreateResult Result, OpenSession Session)> MakeAsync(NewSession made, MfaOptions options, CancellationToken cancellationToken)
    {
        var limits = options.PendingSessions;
        var now = time.GetUtcNow();
        var record = new PendingSession
        {
            Id = made.Id,
            Kind = made.Kind,
            Purpose = made.Purpose,
            Subject = made.Subject,
            Network = made.Network,
            SecretHash = made.SecretHash,
            CreatedAt = now,
            ExpiresAt = now + (made.Lifetime ?? (made.Payload.Outcome == MfaOutcome.EnrollmentRequired ? limits.EnrollmentLifetime : limits.Lifetime)),
            AttemptsRemaining = limits.MaxAttempts,
            Payload = protector.Protect(made.Subject, made.Id, made.Payload),
        };
        if (made.State is { } state) record = record with { State = protector.Protect(record, state) };
        var perSubject = made.Purpose is PendingSessionPurpose.SignIn or PendingSessionPurpose.ComeBack ? limits.MaxPerSubject : limits.MaxStepUpsPerSubject;
        var result = await store.CreateAsync(record, new PendingSessionLimits(perSubject, Protected, limits.MaxTotal), cancellationToken);
        return (result, new OpenSession(record, made.Payload, made.State ?? new PendingState()));
    }
}
