using MfaMiddleware.Factors;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Interposition;

/// <summary>
/// What a change of a user's factors means for the sessions that did not make it (<c>Mfa:OtherSessions</c>): their proof may be by a factor that
/// was taken from a thief, or they may be the thief's.
/// </summary>
internal sealed partial class OtherSessions(FactorStore factors, LastChanges changes, MfaSettings settings, ILogger<OtherSessions> logger)
{
    /// <returns>The stamp as it counts now: the same, or without its proof, or null where the session is over.</returns>
    public async ValueTask<MfaStamp?> ReviewAsync(MfaStamp stamp, CancellationToken cancellationToken)
    {
        var options = settings.Current;
        // Without a proof there is nothing to take away.
        if (options.OtherSessions == OtherSessionsMode.Keep || (options.OtherSessions == OtherSessionsMode.Downgrade && stamp.Proof is null)) return stamp;

        var reading = await ReadAsync(stamp.Subject, options.OtherSessionsCheckInterval, cancellationToken);
        // Fail closed: a proof that may be void counts for nothing, but an outage is no reason to sign somebody out.
        if (!reading.IsKnown) return stamp with { Proof = null };
        if (!stamp.IsOlderThan(reading.ChangedAt)) return stamp with { Proof = stamp.Proof?.WithoutVoidAfter(reading.ChangedAt) };
        return options.OtherSessions == OtherSessionsMode.End ? null : stamp with { Proof = null };
    }

    private async ValueTask<LastChanges.Reading> ReadAsync(MfaSubject subject, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (changes.Find(subject, maxAge) is { } found) return found;
        try
        {
            return changes.Keep(subject, (await factors.FindAsync(subject, cancellationToken)).FactorsChangedAt);
        }
        catch (MfaUnavailableException e)
        {
            Log.Unknown(logger, e);
            return changes.KeepFailure(subject);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(113, LogLevel.Error, "The factor store could not be read: whether a session's proof of MFA still counts is unknown, so it does not.")]
        public static partial void Unknown(ILogger logger, Exception exception);
    }
}
