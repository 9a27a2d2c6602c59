using System.Net;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.Verification;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies.Replay;

/// <summary>The product's own decisions under settings that aren't in force.</summary>
/// <param name="decisions">Decides; it logs nothing of what nobody signs in by.</param>
/// <param name="inquiries">Asks the signals.</param>
/// <param name="methods">The methods, for a user whose factors of then are gone.</param>
/// <param name="locator">Where addresses are.</param>
/// <param name="options">The changed settings.</param>
/// <param name="logger">Takes what went wrong.</param>
internal sealed partial class ReplayEngine(
    DecisionMaker decisions, RiskInquiries inquiries, MethodRegistry methods, IGeoLocator? locator, MfaOptions options, ILogger logger)
{
    public MfaOptions Options => options;

    public RiskInquiry Inquire(IUserFacts facts) => inquiries.New(options, facts);

    public Task<MadeDecision> DecideAsync(MfaPolicyContext signIn, MfaDemand? demand, IReadOnlyList<MfaProof> proofs, CancellationToken cancellationToken) =>
        decisions.DecideAsync(signIn, demand, proofs, options, cancellationToken);

    public async ValueTask<GeoLocation?> LocateAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        if (locator is null || address is null) return null;
        try
        {
            return await locator.LocateAsync(address, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotLocated(logger, e);
            return null;
        }
    }

    /// <summary>Somebody who had a factor and has none now is taken to have had one that suffices.</summary>
    public MfaAccount AnyAccountOf(MfaSubject subject)
    {
        var strongest = methods.Enrollable(null, options).FirstOrDefault();
        return strongest is null ? MfaAccount.Empty : new MfaAccount(
            [new MfaFactor { Id = "replay", Subject = subject, Method = strongest.Name, ProtectedSecret = "", CreatedAt = DateTimeOffset.UnixEpoch }], 0);
    }

    private static partial class Log
    {
        [LoggerMessage(250, LogLevel.Warning, "The geo locator failed: a replayed sign-in is decided without its place.")]
        public static partial void NotLocated(ILogger logger, Exception exception);
    }
}
