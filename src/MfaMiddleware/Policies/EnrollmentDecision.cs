using MfaMiddleware.Enrollment;
using MfaMiddleware.Factors;

namespace MfaMiddleware.Policies;

/// <summary>What becomes of a sign-in that needs a factor, by a user who has none.</summary>
internal static class EnrollmentDecision
{
    public static async ValueTask<MfaDecision> DecideAsync(
        MfaPolicyContext context, MfaDecision wanted, MfaAccount account, MfaOptions options, CancellationToken cancellationToken)
    {
        // A thief with the password who comes first must not set up the factor, later in the session either. A mere lack of history is not refused:
        // every user once has none.
        var risk = wanted.Risk ?? await context.AssessRiskAsync(cancellationToken);
        if ((wanted.Enrollment ?? options.Policy.Enrollment.Mode) == MfaEnrollmentMode.Optional)
            return wanted.Become(MfaOutcome.NotRequired, "no_factor_and_enrollment_optional") with { Risk = risk };
        if (risk.IsAttack) return wanted.Become(MfaOutcome.EnrollmentRequired, EnrollmentReasons.SignOfAttack) with { Risk = risk };

        if (options.Policy.Enrollment.GracePeriod > TimeSpan.Zero && !account.WasReset && !wanted.Reasons.Contains(MfaDemand.Reason)
            && await DeadlineAsync(context, options, cancellationToken) is { } deadline && context.Now < deadline)
        {
            return wanted.Become(MfaOutcome.NotRequired, "grace_period") with { EnrollBy = deadline };
        }

        return wanted.Become(MfaOutcome.EnrollmentRequired, "no_factor");
    }

    /// <summary>The end of the grace period; null where its begin can't be kept.</summary>
    private static async ValueTask<DateTimeOffset?> DeadlineAsync(MfaPolicyContext context, MfaOptions options, CancellationToken cancellationToken)
    {
        var started = (await context.Inquiry!.ContextAsync(context, cancellationToken)).History.GraceStartedAt;
        // Fail closed: a period whose begin isn't written would begin again each time.
        if (started is null && !await context.Inquiry.Facts.BeginGraceAsync(context.Subject, context.Now, cancellationToken)) return null;
        return (started ?? context.Now) + options.Policy.Enrollment.GracePeriod;
    }
}
