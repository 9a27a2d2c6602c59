namespace MfaMiddleware.PendingSessions;

/// <summary>Who makes room for a newcomer among the sessions of its subject and purpose.</summary>
/// <param name="newcomer">The new session.</param>
/// <param name="limits">How many there may be.</param>
/// <param name="now">The time of the store's own clock.</param>
internal struct SubjectRoom(PendingEntry newcomer, PendingSessionLimits limits, long now)
{
    private int _count;
    private long _roomAt = long.MaxValue;

    /// <summary>The one that makes room; null where all are protected.</summary>
    public PendingEntry? Oldest { get; private set; }

    /// <summary>Whether the subject has as many as it may have.</summary>
    public readonly bool IsFull => _count >= limits.PerSubject;

    /// <summary>When the first of them loses its protection or ends.</summary>
    public readonly TimeSpan RetryAfter => TimeSpan.FromTicks(_roomAt - now);

    public void Look(PendingEntry entry)
    {
        if (entry.ExpiresAt <= now || !entry.IsSameSubject(newcomer)) return;

        _count++;
        var unprotectedAt = entry.CreatedAt + limits.Protected.Ticks;
        _roomAt = Math.Min(_roomAt, Math.Min(unprotectedAt, entry.ExpiresAt));

        // Whoever knows the password can make sessions without end. From another network they must not push out the one that the owner is
        // answering just now.
        if (!entry.IsSameNetwork(newcomer) && unprotectedAt > now) return;
        if (Oldest is null || Rank(entry).CompareTo(Rank(Oldest)) < 0) Oldest = entry;
    }

    // One whose answer is being checked goes last: its owner has typed a code.
    private readonly (bool Answering, bool Foreign, long CreatedAt) Rank(PendingEntry entry) =>
        (entry.IsAnswering, !entry.IsSameNetwork(newcomer), entry.CreatedAt);
}
