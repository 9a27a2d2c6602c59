using MfaMiddleware.Factors;
using MfaMiddleware.Policies.History;

namespace MfaMiddleware.Policies;

/// <summary>What a decision reads of its user: from the stores, or as it was when a recorded sign-in is decided again.</summary>
internal interface IUserFacts
{
    /// <exception cref="MfaUnavailableException">The store doesn't answer.</exception>
    ValueTask<LoadedHistory> LoadAsync(MfaSubject subject, CancellationToken cancellationToken);

    /// <exception cref="MfaUnavailableException">The store doesn't answer.</exception>
    ValueTask<MfaAccount> FindAccountAsync(MfaSubject subject, CancellationToken cancellationToken);

    /// <summary>Notes where the grace period is counted from.</summary>
    /// <returns>Whether it is kept.</returns>
    /// <exception cref="MfaUnavailableException">The store doesn't answer.</exception>
    Task<bool> BeginGraceAsync(MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>The facts of a sign-in that is made now.</summary>
internal sealed class StoredFacts(HistoryKeeper keeper, FactorStore factors) : IUserFacts
{
    public ValueTask<LoadedHistory> LoadAsync(MfaSubject subject, CancellationToken cancellationToken) => keeper.LoadAsync(subject, cancellationToken);

    public ValueTask<MfaAccount> FindAccountAsync(MfaSubject subject, CancellationToken cancellationToken) => factors.FindAsync(subject, cancellationToken);

    public Task<bool> BeginGraceAsync(MfaSubject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        keeper.ChangeAsync(subject, h => h.GraceStartedAt is null ? h with { GraceStartedAt = now } : null, cancellationToken);
}
