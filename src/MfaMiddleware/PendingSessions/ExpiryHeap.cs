namespace MfaMiddleware.PendingSessions;

/// <summary>The entries by their end, the next one on top: a binary heap whose entries know their place, so that any can leave.</summary>
internal sealed class ExpiryHeap
{
    private PendingEntry[] _entries = new PendingEntry[1024];

    public int Count { get; private set; }

    /// <summary>The next to end; null if there is none.</summary>
    public PendingEntry? Top => Count == 0 ? null : _entries[0];

    public void Add(PendingEntry entry)
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Count * 2);
        Put(entry, Count++);
        Rise(entry);
    }

    public void Remove(PendingEntry entry)
    {
        var last = _entries[--Count];
        _entries[Count] = null!;
        if (last == entry) return;

        Put(last, entry.HeapIndex);
        Rise(last);
        Sink(last);
    }

    /// <summary>Puts an entry where it belongs after its end came nearer.</summary>
    public void Rise(PendingEntry entry)
    {
        while (entry.HeapIndex > 0)
        {
            var parent = _entries[(entry.HeapIndex - 1) / 2];
            if (parent.ExpiresAt <= entry.ExpiresAt) return;
            Swap(parent, entry);
        }
    }

    private void Sink(PendingEntry entry)
    {
        while (SoonerChild(entry) is { } child && child.ExpiresAt < entry.ExpiresAt) Swap(entry, child);
    }

    private PendingEntry? SoonerChild(PendingEntry entry)
    {
        var left = (entry.HeapIndex * 2) + 1;
        if (left >= Count) return null;
        var right = left + 1;
        return right < Count && _entries[right].ExpiresAt < _entries[left].ExpiresAt ? _entries[right] : _entries[left];
    }

    private void Swap(PendingEntry parent, PendingEntry child)
    {
        var index = parent.HeapIndex;
        Put(parent, child.HeapIndex);
        Put(child, index);
    }

    private void Put(PendingEntry entry, int index)
    {
        _entries[index] = entry;
        entry.HeapIndex = index;
    }
}
