using System.Text.Json;

namespace MfaMiddleware.Methods;

/// <summary>What became of a challenge: one of the nested types.</summary>
public abstract record ChallengeResult
{
    private ChallengeResult()
    {
    }

    /// <summary>The method needs no challenge.</summary>
    public sealed record NotNeeded : ChallengeResult;

    /// <summary>The challenge is out.</summary>
    /// <param name="State">What the session keeps for the check; protected at rest.</param>
    public sealed record Started(string? State) : ChallengeResult
    {
        /// <summary>The one factor that it went to; null where any of the method's factors can answer it.</summary>
        public string? FactorId { get; init; }

        /// <summary>Where it was sent, masked.</summary>
        public string? SentTo { get; init; }

        /// <summary>How long it can be answered, if shorter than the session.</summary>
        public TimeSpan? ExpiresIn { get; init; }

        /// <summary>How long no other may be started. The engine keeps it within one session; a budget over sessions is the method's.</summary>
        public TimeSpan? ResendAfter { get; init; }

        /// <summary>How many more may be started, if the method counts them.</summary>
        public int? SendsRemaining { get; init; }

        /// <summary>Options for the browser.</summary>
        public JsonElement? PublicKey { get; init; }

        /// <summary>
        /// What sends it. The engine calls it once the session keeps the challenge: of parallel starts of one session, one sends. An exception is a
        /// sender that is down (503); the start stays counted. <see cref="Throttled"/> is a budget that others used up meanwhile; null is sent.
        /// </summary>
        public Func<CancellationToken, ValueTask<Throttled?>>? Deliver { get; init; }

        internal async Task<Throttled?> DeliverAsync(CancellationToken cancellationToken)
        {
            if (Deliver is null) return null;
            try
            {
                return await Deliver(cancellationToken);
            }
            catch (Exception e) when (e is not (MfaUnavailableException or OperationCanceledException))
            {
                throw new MfaUnavailableException(e);
            }
        }
    }

    /// <summary>Too soon, or over budget; nothing was sent.</summary>
    /// <param name="RetryAfter">When to try again.</param>
    public sealed record Throttled(TimeSpan RetryAfter) : ChallengeResult;
}
