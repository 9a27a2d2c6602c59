using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;

namespace MfaMiddleware.Enrollment;

/// <summary>What became of a set-up that was to begin: one of the nested types.</summary>
internal abstract record EnrollmentResult
{
    private EnrollmentResult()
    {
    }

    /// <summary>It has begun; a second one replaces it, its codes too.</summary>
    public sealed record Started(OpenSession Session) : EnrollmentResult;

    /// <summary>The user has a factor already, or the sign-in isn't one that may enrol.</summary>
    public sealed record NotAllowed : EnrollmentResult;

    /// <summary>There is no such method to set up.</summary>
    public sealed record UnknownMethod(IReadOnlyList<string> Known) : EnrollmentResult;

    /// <summary>The session changed meanwhile.</summary>
    public sealed record InvalidToken : EnrollmentResult;
}

/// <summary>Begins the set-up of a factor inside a pending session. Nothing is in the factor store until the first answer is right.</summary>
internal sealed class EnrollmentStarter(
    FactorStore factors, SessionStore sessions, SessionProtector protector, MethodRegistry methods, RecoveryCodeIssuer codes, MfaSettings settings, TimeProvider time)
{
    public async Task<EnrollmentResult> BeginAsync(OpenSession session, string method, string? name, CancellationToken cancellationToken)
    {
        if (session.Payload.Outcome != MfaOutcome.EnrollmentRequired) return new EnrollmentResult.NotAllowed();
        var options = settings.Current;
        var account = await factors.FindAsync(session.Subject, cancellationToken);
        if (account.IsEnrolled && session.Record.Purpose != PendingSessionPurpose.Enrollment) return new EnrollmentResult.NotAllowed();

        var known = methods.Enrollable(session.Payload.MinimumStrength, options).ToList();
        if (known.Find(m => m.Name == method) is not { } chosen) return new EnrollmentResult.UnknownMethod([.. known.Select(m => m.Name)]);

        var start = await BeginAsync((IMfaEnrollment)chosen, session, name, cancellationToken);
        var issued = account.IsEnrolled || !options.Methods.RecoveryCodes.Enabled
            ? new IssuedCodes([], [])
            : await codes.IssueAsync(session.Subject, cancellationToken);
        return await KeepAsync(session, start, issued, cancellationToken);
    }

    private async Task<EnrollmentStart> BeginAsync(IMfaEnrollment method, OpenSession session, string? name, CancellationToken cancellationToken)
    {
        var context = EnrollmentVerifier.ContextOf(session, name, time.GetUtcNow());
        try
        {
            return await method.BeginAsync(context, cancellationToken);
        }
        catch (Exception e) when (e is not (MfaUnavailableException or OperationCanceledException))
        {
            throw new MfaUnavailableException(e);
        }
    }

    private async Task<EnrollmentResult> KeepAsync(OpenSession session, EnrollmentStart start, IssuedCodes issued, CancellationToken cancellationToken)
    {
        var draft = start.Draft;
        var state = session.State with
        {
            LastMethod = draft.Method,
            Enrollment = new PendingEnrollment
            {
                Id = draft.Id,
                Method = draft.Method,
                Name = draft.Name,
                ProtectedSecret = draft.ProtectedSecret,
                Counter = draft.Counter,
                RecoveryCodeHashes = issued.Hashes,
                Secret = start.Secret,
                Uri = start.Uri,
                RecoveryCodes = issued.Codes,
            },
        };
        var record = session.Record;
        var updated = await sessions.TryUpdateAsync(record.Id, record.Version, protector.Protect(record, state), record.ExpiresAt, cancellationToken);
        return updated is null
            ? new EnrollmentResult.InvalidToken()
            : new EnrollmentResult.Started(session with { Record = updated, State = state });
    }
}
