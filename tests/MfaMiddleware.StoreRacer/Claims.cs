using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.StoreRacer;

/// <summary>
/// The single-use claims. A subject's factor has the id "factor-{subject}", its code the hash "code-{subject}"; a pending session's id stands in the place
/// of the subject.
/// </summary>
internal sealed class Claims(IMfaFactorStore store, IPendingSessionStore sessions, string name)
{
    private static readonly FailureClearance Clears = new("totp", EveryMethod: false, FailureLane.Unknown);

    public async Task<bool> MakeAsync(string verb, string subject) => verb switch
    {
        "use" => await store.TryUseFactorAsync(Factor(subject, "factor-") with { Counter = 1 }, 1, Clears, default),
        "code" => await store.TryConsumeCodeAsync(new("", subject), "code-" + subject, Clears, default, default),
        "first" => await store.TryAddFirstFactorAsync(Factor(subject, name + "-"), [$"{name}-code-{subject}"], default, default),
        // What answers a challenge, and what lets a repeated request pass.
        "session" => await sessions.TrySpendAttemptAsync(subject, 1, default) is not null && await sessions.TryConsumeAsync(subject, 1, null, default),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "use, code, first or session"),
    };

    private static MfaFactor Factor(string subject, string prefix) => new()
    {
        Id = prefix + subject,
        Subject = new("", subject),
        Method = "totp",
        ProtectedSecret = "secret",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
