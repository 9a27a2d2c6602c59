using MfaMiddleware.Challenges;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;

namespace MfaMiddleware.Endpoints;

/// <summary>Describes a pending session to its client: no name, no subject, nothing that the contract doesn't list.</summary>
internal sealed class ChallengePresenter(FactorStore factors, OfferMaker offers, MfaSettings settings, TimeProvider time)
{
    public async Task<MfaResponse> DescribeAsync(OpenSession session, string? token, CancellationToken cancellationToken)
    {
        var (record, payload, options) = (session.Record, session.Payload, settings.Current);
        var account = await factors.FindAsync(session.Subject, cancellationToken);
        var view = offers.ViewOf(session, account, options);
        var reasons = ToldReasons.Of(payload.Reasons, options.Policy);
        return new MfaResponse
        {
            Type = 1,
            MfaToken = token,
            ExpiresIn = MfaResponseWriter.Seconds(record.ExpiresAt - time.GetUtcNow()),
            AttemptsRemaining = record.AttemptsRemaining,
            Reasons = reasons.Count > 0 ? reasons : null,
            Methods = View(view.Offers),
            Enroll = payload.Outcome == MfaOutcome.EnrollmentRequired ? view.Enroll : null,
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
