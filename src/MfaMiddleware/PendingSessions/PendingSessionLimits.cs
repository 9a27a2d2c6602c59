namespace MfaMiddleware.PendingSessions;

/// <summary>How many pending sessions there may be.</summary>
/// <param name="PerSubject">For one subject and one purpose. The oldest of the newcomer's network makes room; then the oldest of any network that is at least <paramref name="Protected"/> old. One that is being answered goes only where no other can. Completed and expired ones don't count.</param>
/// <param name="Protected">How long a session of another network can't be pushed out.</param>
/// <param name="Total">In the whole store, completed ones included; expired ones don't count.</param>
public sealed record PendingSessionLimits(int PerSubject, TimeSpan Protected, int Total);
