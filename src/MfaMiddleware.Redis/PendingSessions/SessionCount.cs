namespace MfaMiddleware.Redis.PendingSessions;

/// <summary>
/// How many sessions this node has stored, for the cap of them all: approximate, since no node knows of the others', and without a round trip. By the second of
/// their ends.
/// </summary>
internal sealed class SessionCount
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, int> _byEnd = [];
    private int _count;

    /// <summary>Counts a newcomer until it is known what became of it.</summary>
    /// <returns>How many there were before it.</returns>
    public int Reserve(DateTimeOffset now)
    {
        lock (_lock)
        {
            Sweep(now.ToUnixTimeSeconds());
            return _count++;
        }
    }

    /// <summary>The newcomer was not stored.</summary>
    public void Release()
    {
        lock (_lock) _count--;
    }

    /// <summary>The newcomer was stored, until then.</summary>
    public void Keep(DateTimeOffset end)
    {
        lock (_lock) _byEnd[end.ToUnixTimeSeconds()] = _byEnd.GetValueOrDefault(end.ToUnixTimeSeconds()) + 1;
    }

    /// <summary>One left before its end, whichever node stored it.</summary>
    public void Leave(DateTimeOffset end)
    {
        var second = end.ToUnixTimeSeconds();
        lock (_lock)
        {
            if (!_byEnd.TryGetValue(second, out var count)) return;
            if (count > 1) _byEnd[second] = count - 1;
            else _byEnd.Remove(second);
            _count--;
        }
    }

    private void Sweep(long now)
    {
        while (_byEnd.Count > 0)
        {
            var (second, count) = _byEnd.First();
            if (second > now) return;
            _byEnd.Remove(second);
            _count -= count;
        }
    }
}
