using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Enrollment;

/// <summary>What a method made of a set-up.</summary>
/// <param name="Start">What it said.</param>
/// <param name="Enrollment">What the session keeps; null where it has not begun.</param>
internal sealed record EnrollmentDraft(EnrollmentStart Start, PendingEnrollment? Enrollment);

/// <summary>Makes what a session keeps of a set-up: the method's draft, and with a first factor the recovery codes.</summary>
internal sealed class EnrollmentDrafter(RecoveryCodeIssuer codes, MfaSettings settings)
{
    public static EnrollmentContext ContextOf(MfaSubject subject, string accountName, MfaEnrollmentRequest request, MfaAccount account, DateTimeOffset now) => new()
    {
        Subject = subject,
        AccountName = accountName,
        Name = request.Name,
        Existing = [.. account.Factors.Where(f => f.Method == request.Method)],
        Phone = request.Phone,
        Secret = request.Secret,
        Counter = request.Counter,
        Now = now,
    };

    /// <param name="method">The method.</param>
    /// <param name="context">The user and what they entered.</param>
    /// <param name="isFirst">Whether recovery codes are issued with it.</param>
    /// <param name="version">The version of the session that will keep it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<EnrollmentDraft> DraftAsync(
        IMfaEnrollment method, EnrollmentContext context, bool isFirst, long version, CancellationToken cancellationToken)
    {
        var start = await BeginAsync(method, context, cancellationToken);
        if (start is not EnrollmentStart.Begun begun) return new EnrollmentDraft(start, null);

        var issued = isFirst && settings.Current.Methods.RecoveryCodes.Enabled
            ? await codes.IssueAsync(context.Subject, cancellationToken)
            : new IssuedCodes([], []);
        return new EnrollmentDraft(start, Keep(begun, issued, version, context.Now));
    }

    private static PendingEnrollment Keep(EnrollmentStart.Begun begun, IssuedCodes issued, long version, DateTimeOffset now) => new()
    {
        Id = begun.Draft.Id,
        Method = begun.Draft.Method,
        Name = begun.Draft.Name,
        ProtectedSecret = begun.Draft.ProtectedSecret,
        Counter = begun.Draft.Counter,
        RecoveryCodeHashes = issued.Hashes,
        Secret = begun.Secret,
        Uri = begun.Uri,
        RecoveryCodes = issued.Codes,
        Challenge = begun.Challenge is { } challenge ? PendingChallenge.Of(challenge, version, now) : null,
    };

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
