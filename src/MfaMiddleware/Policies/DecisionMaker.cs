using MfaMiddleware.Challenges;
using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;
using MfaMiddleware.Verification;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies;

/// <summary>What stage 2 gives on: the decision, and the proof that spared the challenge if one did.</summary>
/// <param name="Decision">Null where the factor store could not be read: nobody is let in then.</param>
/// <param name="Proof">The proof to copy into the new session.</param>
internal sealed record MadeDecision(MfaDecision? Decision, MfaProof? Proof);

/// <summary>Turns what the policy wants into what this user can do: reuse a proof, answer with a factor, set one up.</summary>
internal sealed partial class DecisionMaker(PolicyEngine engine, FactorStore factors, OfferMaker offers, ILogger<DecisionMaker> logger)
{
    /// <param name="context">The sign-in.</param>
    /// <param name="demand">What the host asks of it beyond the policy.</param>
    /// <param name="proofs">Proofs that the same browser brought, youngest first.</param>
    /// <param name="options">The one snapshot of the settings that decides this sign-in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<MadeDecision> DecideAsync(
        MfaPolicyContext context, MfaDemand? demand, IReadOnlyList<MfaProof> proofs, MfaOptions options, CancellationToken cancellationToken)
    {
        var wanted = await engine.DecideAsync(context, options, cancellationToken);
        if (demand is not null) wanted = demand.ApplyTo(wanted);
        var made = wanted.Outcome == MfaOutcome.Required
            ? await FulfilAsync(context, wanted, proofs, options, cancellationToken)
            : new MadeDecision(wanted, proofs.Count > 0 ? proofs[0] : null);
        if (made.Decision is { } decision) Log.Decided(logger, context.Scheme, decision.Outcome, decision.Rule, string.Join(' ', decision.Reasons));
        return made;
    }

    private async Task<MadeDecision> FulfilAsync(
        MfaPolicyContext context, MfaDecision wanted, IReadOnlyList<MfaProof> proofs, MfaOptions options, CancellationToken cancellationToken)
    {
        if (proofs.FirstOrDefault(p => Suffices(p, wanted, options, context.Now)) is { } proof)
        {
            return new MadeDecision(wanted.Become(MfaOutcome.NotRequired, "proof_reused"), proof);
        }

        try
        {
            return new MadeDecision(ByAccount(wanted, await factors.FindAsync(context.Subject, cancellationToken), options), null);
        }
        catch (MfaUnavailableException e)
        {
            // Fail closed: not knowing whether there is a factor is not the same as there being none.
            Log.FactorsUnknown(logger, e);
            return new MadeDecision(null, null);
        }
    }

    private MfaDecision ByAccount(MfaDecision wanted, MfaAccount account, MfaOptions options)
    {
        // An access code alone opens no session: it opens the set-up of a first factor.
        if (account.IsEnrolled && offers.For(account, wanted.MinimumStrength, options).Count > 0) return wanted;
        // Fail closed: who has a factor that doesn't suffice is neither let in without it nor offered a new one before a proof.
        if (account.IsEnrolled)
        {
            var outcome = offers.CanSetUpStronger(account, wanted.MinimumStrength, options) ? MfaOutcome.EnrollmentRequired : MfaOutcome.Denied;
            return wanted.Become(outcome, EnrollmentReasons.Stronger);
        }

        return (wanted.Enrollment ?? options.Policy.Enrollment.Mode) == MfaEnrollmentMode.Optional
            ? wanted.Become(MfaOutcome.NotRequired, "no_factor_and_enrollment_optional")
            : wanted.Become(MfaOutcome.EnrollmentRequired, "no_factor");
    }

    private static bool Suffices(MfaProof proof, MfaDecision wanted, MfaOptions options, DateTimeOffset now) =>
        proof.IsYoungerThan(wanted.MaxAge ?? options.Policy.ReuseProofFor, now)
        && proof.Strength >= (wanted.MinimumStrength ?? MfaStrength.Sms)
        && (!wanted.RequiresUserVerification || proof.IsUserVerified);

    private static partial class Log
    {
        [LoggerMessage(201, LogLevel.Information, "A sign-in to {Scheme} was decided as {Outcome} by {Rule}: {Reasons}.")]
        public static partial void Decided(ILogger logger, string scheme, MfaOutcome outcome, string rule, string reasons);

        [LoggerMessage(202, LogLevel.Error, "The factor store could not be read: the sign-in is answered with 503.")]
        public static partial void FactorsUnknown(ILogger logger, Exception exception);
    }
}
