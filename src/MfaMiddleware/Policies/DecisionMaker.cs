using MfaMiddleware.Challenges;
using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;
using MfaMiddleware.Policies.History;
using MfaMiddleware.TrustedDevices;
using MfaMiddleware.Verification;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies;

/// <summary>What stage 2 gives on: the decision, and the proof that spared the challenge if one did.</summary>
/// <param name="Decision">Null where the factor store could not be read: nobody is let in then.</param>
/// <param name="Proof">The proof to copy into the new session.</param>
internal sealed record MadeDecision(MfaDecision? Decision, MfaProof? Proof)
{
    /// <summary>What the browser is to its user: failures in a known one are counted on a ladder of their own.</summary>
    public DeviceState Device { get; init; } = DeviceState.Unknown;

    /// <summary>What the host asked beyond the policy.</summary>
    public MfaDemand? Demand { get; init; }

    /// <summary>The proofs that the browser brought, youngest first.</summary>
    public IReadOnlyList<MfaProof> Proofs { get; init; } = [];

    /// <summary>What the decision knew of the user; null where it asked for nothing.</summary>
    public LoadedHistory? Known { get; init; }

    /// <summary>Whether it is asked in a browser that the user is known in, because of the way to where it comes from.</summary>
    public bool IsForTravel => Device.IsKnown && Decision?.Risk is { IsForTravel: true };

    /// <summary>Under <c>Policy:Observe</c>, whether it would have waited for a proof; its browser is remembered as if it had been given, and no other is.</summary>
    public bool WouldBeHeld => Decision?.Observed is MfaOutcome.Required or MfaOutcome.EnrollmentRequired;
}

/// <summary>Turns what the policy wants into what this user can do: reuse a proof, answer with a factor, set one up.</summary>
internal sealed partial class DecisionMaker(
    PolicyEngine engine, RiskInquiries inquiries, OfferMaker offers, ILogger<DecisionMaker> logger)
{
    /// <param name="signIn">The sign-in.</param>
    /// <param name="demand">What the host asks of it beyond the policy.</param>
    /// <param name="proofs">Proofs that the same browser brought, youngest first.</param>
    /// <param name="options">The one snapshot of the settings that decides this sign-in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<MadeDecision> DecideAsync(
        MfaPolicyContext signIn, MfaDemand? demand, IReadOnlyList<MfaProof> proofs, MfaOptions options, CancellationToken cancellationToken)
    {
        var context = signIn.Inquiry is null ? signIn with { Inquiry = inquiries.New(options) } : signIn;
        var wanted = await engine.DecideAsync(context, options, cancellationToken);
        if (demand is not null) wanted = demand.ApplyTo(wanted);
        var made = wanted.Outcome == MfaOutcome.Required
            ? await FulfilAsync(context, wanted, proofs, options, cancellationToken)
            : new MadeDecision(wanted, proofs.Count > 0 ? proofs[0] : null);
        made = made with { Device = await DeviceOfAsync(context, wanted, cancellationToken), Demand = demand, Proofs = proofs, Known = context.Inquiry!.Loaded };
        if (options.Policy.Observe && demand is null) made = Observed(made);
        if (made.Decision is { } decision) Log.Decided(logger, context.Scheme, decision.Outcome, decision.Rule, string.Join(' ', decision.Reasons));
        return made;
    }

    /// <summary>
    /// Whether a proof that was given for a request suffices for its repeat, which may say something else than the first time: a JSON body isn't compared, and
    /// names the client, or how strong a proof is asked for.
    /// </summary>
    public async Task<bool> AcceptsAsync(MfaPolicyContext signIn, MfaDemand? demand, MfaProof proof, MfaOptions options, CancellationToken cancellationToken)
    {
        if (options.Policy.Observe && demand is null) return true;
        var wanted = await engine.DecideAsync(signIn with { Inquiry = inquiries.New(options) }, options, cancellationToken);
        if (demand is not null) wanted = demand.ApplyTo(wanted);
        // However fresh it must be, it is: it was given for this.
        return wanted.Outcome != MfaOutcome.Denied && IsWorth(proof, wanted);
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
            if (wanted.AllowsTrustedDevice && await IsTrustedAsync(context, wanted, options, cancellationToken))
                return new MadeDecision(wanted.Become(MfaOutcome.NotRequired, "trusted_device"), null);

            var account = await context.Inquiry!.Facts.FindAccountAsync(context.Subject, cancellationToken);
            var decision = (account.IsEnrolled ? ByFactors(wanted, account, options) : await EnrollmentDecision.DecideAsync(context, wanted, account, options, cancellationToken))
                with { HasFactor = account.IsEnrolled };
            return new MadeDecision(decision, null);
        }
        catch (MfaUnavailableException e)
        {
            // Fail closed: not knowing whether there is a factor is not the same as there being none.
            Log.FactorsUnknown(logger, e);
            return new MadeDecision(null, null);
        }
    }

    private MfaDecision ByFactors(MfaDecision wanted, MfaAccount account, MfaOptions options)
    {
        if (offers.For(account, wanted.MinimumStrength, options).Count > 0) return wanted;
        // Fail closed: who has a factor that doesn't suffice is neither let in without it nor offered a new one before a proof.
        var outcome = offers.CanSetUpStronger(account, wanted.MinimumStrength, options) ? MfaOutcome.EnrollmentRequired : MfaOutcome.Denied;
        return wanted.Become(outcome, EnrollmentReasons.Stronger);
    }

    /// <summary>A trusted device spares the challenge where its proof would suffice but for its age, and nothing else is suspicious.</summary>
    private static async ValueTask<bool> IsTrustedAsync(MfaPolicyContext context, MfaDecision wanted, MfaOptions options, CancellationToken cancellationToken)
    {
        if (!options.TrustedDevices.Enabled || wanted.RequiresUserVerification || !context.Browser.IsNamed) return false;
        var device = (await context.Inquiry!.ContextAsync(context, cancellationToken)).DeviceState;
        return device.IsTrusted(context.Now)
            && device.Device!.Strength >= (wanted.MinimumStrength ?? MfaStrength.Sms)
            && !(context.Now - device.Device.ProvedAt >= wanted.MaxAge)
            && !(await context.AssessRiskAsync(cancellationToken)).IsSuspicious;
    }

    /// <summary>Without a cookie nothing is read for it, and nothing for a user who is never asked.</summary>
    private static async ValueTask<DeviceState> DeviceOfAsync(MfaPolicyContext context, MfaDecision wanted, CancellationToken cancellationToken) =>
        !context.Browser.IsNamed || wanted is { Outcome: MfaOutcome.NotRequired, Risk: null }
            ? DeviceState.Unknown
            : (await context.Inquiry!.ContextAsync(context, cancellationToken)).DeviceState;

    private static MadeDecision Observed(MadeDecision made) => made.Decision switch
    {
        // Nothing is enforced, so nobody waits for a store either.
        null => made with { Decision = MfaDecision.NotRequired("observe", "observed", "factors_unknown") with { Observed = MfaOutcome.Required } },
        var decision => made with { Decision = decision.Become(MfaOutcome.NotRequired, "observed") with { Observed = decision.Outcome } },
    };

    private static bool Suffices(MfaProof proof, MfaDecision wanted, MfaOptions options, DateTimeOffset now) =>
        proof.IsYoungerThan(wanted.MaxAge ?? options.Policy.ReuseProofFor, now) && IsWorth(proof, wanted);

    private static bool IsWorth(MfaProof proof, MfaDecision wanted) =>
        proof.Strength >= (wanted.MinimumStrength ?? MfaStrength.Sms) && (!wanted.RequiresUserVerification || proof.IsUserVerified);

    private static partial class Log
    {
        [LoggerMessage(201, LogLevel.Information, "A sign-in to {Scheme} was decided as {Outcome} by {Rule}: {Reasons}.")]
        public static partial void Decided(ILogger logger, string scheme, MfaOutcome outcome, string rule, string reasons);

        [LoggerMessage(202, LogLevel.Error, "The factor store could not be read: the sign-in is answered with 503.")]
        public static partial void FactorsUnknown(ILogger logger, Exception exception);
    }
}
