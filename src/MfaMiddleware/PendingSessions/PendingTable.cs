namespace MfaMiddleware.PendingSessions;

/// <summary>The entries under their three orders: id, subject, end. Knows no lock: the store holds it.</summary>
internal sealed class PendingTable
{
    private readonly PendingIndex<ById> _byId = new();
    private readonly PendingIndex<BySubject> _bySubject = new();
    private readonly ExpiryHeap _byEnd = new();

    /// <summary>All that take memory: completed and expired ones too.</summary>
    public int Count => _byEnd.Count;

    /// <summary>The entry, unless its time is over.</summary>
    public PendingEntry? Find(PendingId id, long now)
    {
        var entry = _byId.First(ById.Hash(id));
        while (entry is not null && (entry.Id != id || entry.ExpiresAt <= now)) entry = entry.NextById;
        return entry;
    }

    /// <summary>Adds an entry whose id is not in use.</summary>
    public void Add(PendingEntry entry)
    {
        _byId.Add(entry);
        _byEnd.Add(entry);
        if (!entry.IsCompleted) _bySubject.Add(entry);
    }

    public void Remove(PendingEntry entry)
    {
        _byId.Remove(entry);
        _byEnd.Remove(entry);
        if (!entry.IsCompleted) _bySubject.Remove(entry);
    }

    /// <summary>Leaves a completed entry to be found by its id; it no longer counts for its subject.</summary>
    public void Complete(PendingEntry entry, string url)
    {
        _bySubject.Remove(entry);
        entry.Complete(url);
    }

    /// <summary>Brings the end of an entry nearer.</summary>
    public void Shorten(PendingEntry entry, long expiresAt)
    {
        if (expiresAt >= entry.ExpiresAt) return;
        entry.ExpiresAt = expiresAt;
        _byEnd.Rise(entry);
    }

    /// <summary>Looks among the sessions of the newcomer's subject and purpose for the one that makes room.</summary>
    public SubjectRoom RoomFor(PendingEntry newcomer, PendingSessionLimits limits, long now)
    {
        var room = new SubjectRoom(newcomer, limits, now);
        for (var entry = _bySubject.First(newcomer.SubjectHash); entry is not null; entry = entry.NextBySubject) room.Look(entry);
        return room;
    }

    /// <summary>Removes expired entries, at most so many.</summary>
    /// <returns>How many it removed.</returns>
    public int Sweep(long now, int most)
    {
        var removed = 0;
        for (; removed < most && _byEnd.Top is { } entry && entry.ExpiresAt <= now; removed++) Remove(entry);
        return removed;
    }
}
