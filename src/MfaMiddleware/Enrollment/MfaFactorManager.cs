using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.StepUp;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Enrollment;

/// <summary>
/// What a signed-in user does with their own factors: the JSON API and the manage page are thin layers over it. Every change checks by itself who
/// is signed in and how fresh their proof is; a caller can't forget to. A store that fails throws; the caller answers 503.
/// </summary>
public sealed class MfaFactorManager
{
    private const int MaxName = 64;

    private readonly SignedInFinder _finder;
    private readonly ChangeRules _rules;
    private readonly FactorStore _factors;
    private readonly FactorChanges _changes;
    private readonly SelfEnrollment _enrollment;
    private readonly Resynchronizer _resynchronizer;
    private readonly ProofRenewal _renewal;
    private readonly MethodRegistry _methods;
    private readonly StepUpResponder _stepUp;
    private readonly MfaSettings _settings;

    internal MfaFactorManager(
        SignedInFinder finder, ChangeRules rules, FactorStore factors, FactorChanges changes, SelfEnrollment enrollment, Resynchronizer resynchronizer, ProofRenewal renewal,
        MethodRegistry methods, StepUpResponder stepUp, MfaSettings settings)
    {
        (_finder, _rules, _factors, _changes, _enrollment) = (finder, rules, factors, changes, enrollment);
        (_resynchronizer, _renewal, _methods, _stepUp, _settings) = (resynchronizer, renewal, methods, stepUp, settings);
    }

    /// <summary>Finds who sends the request: the session of the default scheme, else of another scheme that MFA gates.</summary>
    /// <param name="context">The request.</param>
    /// <returns>The user; null where nobody is signed in.</returns>
    public async Task<MfaSubject?> FindSubjectAsync(HttpContext context) => (await _finder.FindAsync(context))?.Subject;

    /// <summary>Lists what the user has set up.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The list; null where nobody is signed in.</returns>
    public async Task<MfaFactorList?> ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await _finder.FindAsync(context) is not { } session) return null;
        var account = await _factors.FindAsync(session.Subject, cancellationToken);
        return new MfaFactorList(
            session.Subject,
            [.. account.Factors.Select(View)],
            account.RecoveryCodesRemaining,
            [.. _methods.Enrollable(null, _settings.Current).Select(m => m.Name)],
            _rules.Refusal(session, account, null) is null)
        {
            EnrollBy = !account.IsEnrolled && session.Stamp is { Proof: null, EnrollBy: { } seconds } ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };
    }

    /// <summary>Begins the set-up of a factor. With a first one recovery codes are issued, which become valid with it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="request">The method, and what the user entered for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MfaManageResult.EnrollmentStarted"/>, or why not.</returns>
    public async Task<MfaManageResult> BeginEnrollmentAsync(HttpContext context, MfaEnrollmentRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await _finder.FindAsync(context) is not { } session) return new MfaManageResult.NotSignedIn();
        var account = await _factors.FindAsync(session.Subject, cancellationToken);
        if (_rules.Refusal(session, account, _rules.StrengthOf(request.Method)) is { } refusal) return refusal;

        var known = _methods.Enrollable(null, _settings.Current).ToList();
        if (known.Find(m => m.Name == request.Method) is not { } chosen)
        {
            return new MfaManageResult.Invalid($"This method can't be set up. Methods that can: {string.Join(", ", known.Select(m => m.Name))}.");
        }

        if (request.Name?.Length > MaxName) return NameTooLong();
        // Fail closed: after a reset the first factor needs the access code, and that is for the sign-in.
        if (account.Factors.Count >= _settings.Current.MaxFactors || (account.WasReset && !account.IsEnrolled)) return new MfaManageResult.NotAllowed();
        return await _enrollment.BeginAsync(context, session, account, (IMfaEnrollment)chosen, request with { Name = Blank(request.Name) }, cancellationToken);
    }

    /// <summary>Finds a set-up that was begun, so that a reloaded page shows the same.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The enrolment's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What the user is shown; null where this user has no such set-up, any more or ever.</returns>
    public async Task<MfaEnrollmentView?> FindEnrollmentAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        if (await _finder.FindAsync(context) is not { } session) return null;
        return await _enrollment.FindAsync(session.Subject, id, cancellationToken) is { State.Enrollment: { } draft } ? MfaEnrollmentView.Of(draft) : null;
    }

    /// <summary>
    /// Takes the first answer of a new authenticator and stores the factor. After a first factor the cookie of the present session is issued again
    /// with the proof, so that the user isn't asked at once. A further one needs a proof that still counts, however old it is by now.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The enrolment's id.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="cancellationToken">Ends the wait before anything is spent.</param>
    /// <returns><see cref="MfaManageResult.FactorAdded"/>, or why not.</returns>
    public async Task<MfaManageResult> CompleteEnrollmentAsync(HttpContext context, string id, MfaAnswer answer, CancellationToken cancellationToken)
    {
        if (await _finder.FindAsync(context) is not { } session) return new MfaManageResult.NotSignedIn();
        if (await _enrollment.FindAsync(session.Subject, id, cancellationToken) is not { } enrollment) return new MfaManageResult.NotFound();
        if (await RefusalToCompleteAsync(session, enrollment, cancellationToken) is { } refusal) return refusal;
        return await _enrollment.CompleteAsync(enrollment, answer, cancellationToken) switch
        {
            VerificationResult.Accepted accepted => await AddedAsync(context, session, accepted),
            VerificationResult.Rejected rejected => new MfaManageResult.Rejected(rejected.Session.AttemptsRemaining),
            VerificationResult.Exhausted => new MfaManageResult.Exhausted(),
            VerificationResult.EnrollmentRefused => new MfaManageResult.NotAllowed(),
            _ => new MfaManageResult.NotFound(),
        };
    }

    /// <summary>Gives a factor another name.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The factor's id.</param>
    /// <param name="name">The name: not blank, at most 64 characters.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MfaManageResult.FactorRenamed"/>, or why not.</returns>
    public Task<MfaManageResult> RenameAsync(HttpContext context, string id, string name, CancellationToken cancellationToken) =>
        ChangeAsync(context, id, async (_, factor) =>
        {
            if (name.Length > MaxName) return NameTooLong();
            if (Blank(name) is not { } chosen) return new MfaManageResult.Invalid("name is missing.");
            return await _changes.RenameAsync(factor, chosen, cancellationToken) is { } renamed
                ? new MfaManageResult.FactorRenamed(View(renamed))
                : new MfaManageResult.NotFound();
        }, cancellationToken);

    /// <summary>Removes a factor, at once and for sign-ins that wait too; with the last one the recovery codes go.</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The factor's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MfaManageResult.FactorRemoved"/>, or why not.</returns>
    public Task<MfaManageResult> RemoveAsync(HttpContext context, string id, CancellationToken cancellationToken) =>
        ChangeAsync(
            context,
            id,
            async (session, factor) =>
            {
                if (!await _changes.RemoveAsync(factor, cancellationToken)) return new MfaManageResult.NotFound();
                await _renewal.KeepAsync(context, session);
                return new MfaManageResult.FactorRemoved();
            },
            cancellationToken);

    /// <summary>Brings a token that was pressed too often back into step, by two of its codes in a row (RFC 4226 section 7.4).</summary>
    /// <param name="context">The request.</param>
    /// <param name="id">The factor's id.</param>
    /// <param name="first">The one code.</param>
    /// <param name="second">The one after it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MfaManageResult.Resynchronized"/>, or why not.</returns>
    public Task<MfaManageResult> ResyncAsync(HttpContext context, string id, string first, string second, CancellationToken cancellationToken) =>
        ChangeAsync(context, id, async (_, factor) => await _resynchronizer.RunAsync(factor, first, second, cancellationToken) switch
        {
            ResyncResult.InStep inStep => new MfaManageResult.Resynchronized(View(inStep.Factor)),
            ResyncResult.MustWait wait => new MfaManageResult.Throttled(wait.RetryAfter) { IsAccount = true },
            ResyncResult.NoCounter => new MfaManageResult.Invalid("This factor has no counter."),
            _ => new MfaManageResult.WrongCodes(),
        }, cancellationToken);

    /// <summary>Issues a new set of recovery codes; the old ones are void.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MfaManageResult.RecoveryCodesReplaced"/>, or why not.</returns>
    public async Task<MfaManageResult> ReplaceRecoveryCodesAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await _finder.FindAsync(context) is not { } session) return new MfaManageResult.NotSignedIn();
        var account = await _factors.FindAsync(session.Subject, cancellationToken);
        if (_rules.Refusal(session, account, MfaStrength.Otp) is { } refusal) return refusal;
        if (!_settings.Current.Methods.RecoveryCodes.Enabled) return new MfaManageResult.Invalid("Recovery codes are switched off.");
        if (await _changes.ReplaceCodesAsync(session.Subject, cancellationToken) is not { } codes) return new MfaManageResult.NotFound();
        await _renewal.KeepAsync(context, session);
        return new MfaManageResult.RecoveryCodesReplaced(codes);
    }

    /// <summary>
    /// Answers a page's request that got <see cref="MfaManageResult.ProofRequired"/>: sends the browser through a step-up, or through a new sign-in
    /// where a user without any factor signed in too long ago. The caller writes nothing more.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="required">What is required.</param>
    /// <param name="returnUrl">Where the browser comes back to: local, PathBase included.</param>
    /// <returns>When the answer is written.</returns>
    public Task AskForProofAsync(HttpContext context, MfaManageResult.ProofRequired required, string returnUrl)
    {
        ArgumentNullException.ThrowIfNull(required);
        return _stepUp.LeadBrowserAsync(context, new StepUpDemand(required.MaxAge, required.Strength, []), ChallengeForm.Page, returnUrl);
    }

    /// <summary>What each change of a stored factor checks first.</summary>
    private async Task<MfaManageResult> ChangeAsync(
        HttpContext context, string id, Func<SignedInSession, MfaFactor, Task<MfaManageResult>> change, CancellationToken cancellationToken)
    {
        if (await _finder.FindAsync(context) is not { } session) return new MfaManageResult.NotSignedIn();
        var account = await _factors.FindAsync(session.Subject, cancellationToken);
        var factor = account.Factors.FirstOrDefault(f => f.Id == id);
        // Before anything is said about the factor: without a proof nobody learns which ids exist.
        if (_rules.Refusal(session, account, factor is null ? null : _rules.StrengthOf(factor.Method)) is { } refusal) return refusal;
        return factor is null ? new MfaManageResult.NotFound() : await change(session, factor);
    }

    private async Task<MfaManageResult.ProofRequired?> RefusalToCompleteAsync(SignedInSession session, OpenSession enrollment, CancellationToken cancellationToken)
    {
        // Before anything is spent. A first factor has no proof behind it; whether it is still the first is checked where it is stored.
        if (!enrollment.Payload.Reasons.Contains(EnrollmentReasons.Further)) return null;
        var account = await _factors.FindAsync(session.Subject, cancellationToken);
        return account.IsEnrolled ? _rules.RefusalToComplete(session, account, _rules.StrengthOf(enrollment.State.Enrollment!.Method)) : null;
    }

    private async Task<MfaManageResult> AddedAsync(HttpContext context, SignedInSession session, VerificationResult.Accepted accepted)
    {
        if (accepted.Session.Payload.Reasons.Contains(EnrollmentReasons.First)) await _renewal.RenewAsync(context, session, accepted.Proof);
        else await _renewal.KeepAsync(context, session);
        var account = await _factors.FindAsync(session.Subject, CancellationToken.None);
        return account.Factors.FirstOrDefault(f => f.Id == accepted.AddedFactorId) is { } factor
            ? new MfaManageResult.FactorAdded(View(factor))
            : new MfaManageResult.NotFound();
    }

    private MfaEnrolledFactor View(MfaFactor factor) => MfaEnrolledFactor.Of(factor, _methods.Find(factor.Method, _settings.Current));

    private static string? Blank(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();

    private static MfaManageResult.Invalid NameTooLong() => new($"name is longer than {MaxName} characters.");
}
