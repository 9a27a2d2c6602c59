using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Telemetry;

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

/// <summary>Begins the set-up of a first factor inside a pending session. Nothing is in the factor store until the first answer is right.</summary>
internal sealed class EnrollmentStarter(
    FactorStore factors, SessionStore sessions, SessionProtector protector, MethodRegistry methods, EnrollmentDrafter drafter, MfaSettings settings, BypassAttempts bypasses, TimeProvider time)
{
    public async Task<EnrollmentResult> BeginAsync(OpenSession session, string method, string? name, CancellationToken cancellationToken)
    {
        var options = settings.Current;
        var account = await factors.FindAsync(session.Subject, cancellationToken);
        if (account.IsEnrolled) await bypasses.WriteAsync(BypassAttempts.EnrollmentWithAFactor, session.Subject);
        if (account.IsEnrolled || !MayEnroll(session)) return new EnrollmentResult.NotAllowed();

        var known = methods.Enrollable(session.Payload.MinimumStrength, options, session.Payload.Methods).ToList();
        if (known.Find(m => m.Name == method) is not { } chosen) return new EnrollmentResult.UnknownMethod([.. known.Select(m => m.Name)]);

        var context = EnrollmentVerifier.ContextOf(session, name, time.GetUtcNow());
        return await KeepAsync(session, await drafter.DraftAsync((IMfaEnrollment)chosen, context, true, cancellationToken), cancellationToken);
    }

    private static bool MayEnroll(OpenSession session) =>
        session.Payload.Outcome == MfaOutcome.EnrollmentRequired && session.Record.Purpose != PendingSessionPurpose.Enrollment;

    private async Task<EnrollmentResult> KeepAsync(OpenSession session, PendingEnrollment draft, CancellationToken cancellationToken)
    {
        var state = session.State with { LastMethod = draft.Method, Enrollment = draft };
        var record = session.Record;
        var updated = await sessions.TryUpdateAsync(record.Id, record.Version, protector.Protect(record, state), record.ExpiresAt, cancellationToken);
        return updated is null
            ? new EnrollmentResult.InvalidToken()
            : new EnrollmentResult.Started(session with { Record = updated, State = state });
    }
}

/// <summary>Makes what a session keeps of a set-up: the method's draft, and with a first factor the recovery codes.</summary>
internal sealed class EnrollmentDrafter(RecoveryCodeIssuer codes, MfaSettings settings)
{
    public async Task<PendingEnrollment> DraftAsync(IMfaEnrollment method, EnrollmentContext context, bool isFirst, CancellationToken cancellationToken)
    {
        var start = await BeginAsync(method, context, cancellationToken);
        var issued = isFirst && settings.Current.Methods.RecoveryCodes.Enabled
            ? await codes.IssueAsync(context.Subject, cancellationToken)
            : new IssuedCodes([], []);
        var draft = start.Draft;
        return new PendingEnrollment
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
        };
    }

    private static async Task<EnrollmentStart> BeginAsync(IMfaEnrollment method, EnrollmentContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await method.BeginAsync(context, cancellationToken);
        }
        catch (Exception e) when (e is not (MfaUnavailableException or OperationCanceledException))
        {
            throw new MfaUnavailableException(e);
        }
    }
}
