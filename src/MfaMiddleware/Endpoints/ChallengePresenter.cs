using MfaMiddleware.Challenges;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;

namespace MfaMiddleware.Endpoints;

/// <summary>Describes a pending session to its client: no name, no subject, nothing that the contract doesn't list.</summary>
internal sealed class ChallengePresenter(FactorStore factors, OfferMaker offers, MethodRegistry methods, MfaSettings settings, TimeProvider time)
{
    public async Task<MfaResponse> DescribeAsync(OpenSession session, string? token, CancellationToken cancellationToken)
    {
        var isEnrollment = session.Payload.Outcome == MfaOutcome.EnrollmentRequired;
        var account = isEnrollment ? MfaAccount.Empty : await factors.FindAsync(session.Subject, cancellationToken);
        return Describe(session.Record, session.Payload, token, account);
    }

    public MfaResponse Describe(PendingSession record, PendingPayload payload, string? token, MfaAccount account)
    {
        var options = settings.Current;
        return new MfaResponse
        {
            Type = 1,
            MfaToken = token,
            ExpiresIn = MfaResponseWriter.Seconds(record.ExpiresAt - time.GetUtcNow()),
            AttemptsRemaining = record.AttemptsRemaining,
            Methods = View(offers.For(account, payload, options)),
            Enroll = payload.Outcome == MfaOutcome.EnrollmentRequired ? [.. methods.Enrollable(payload.MinimumStrength, options, payload.Methods).Select(m => m.Name)] : null,
        };
    }

    /// <summary>Names are the methods' own labels: a name that the user gave is personal data until the factor is verified.</summary>
    public static IReadOnlyList<MethodView> View(IReadOnlyList<OfferedFactor> offered) =>
    [
        .. offered.Select(o => new MethodView(o.Id, o.Method.Name, o.Method.Traits.Label)
        {
            Hint = o.Hint,
            PhishingResistant = o.Method.Traits.Strength == MfaStrength.PhishingResistant ? true : null,
        }),
    ];
}
