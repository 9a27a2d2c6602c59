namespace MfaMiddleware.PendingSessions;

/// <summary>What an index needs of an entry: the hash of its key, and the field that links it to the next of its bucket.</summary>
internal interface IPendingLink
{
    static abstract int Hash(PendingEntry entry);

    static abstract ref PendingEntry? Next(PendingEntry entry);
}

/// <summary>A hash table whose chains run through the entries themselves: 8 bytes an entry besides the buckets.</summary>
/// <typeparam name="TLink">The key.</typeparam>
internal sealed class PendingIndex<TLink>
    where TLink : IPendingLink
{
    private PendingEntry?[] _buckets = new PendingEntry?[1024];
    private int _count;

    /// <summary>The first of the bucket; go on with the link's Next.</summary>
    public PendingEntry? First(int hash) => _buckets[hash & (_buckets.Length - 1)];

    public void Add(PendingEntry entry)
    {
        if (_count == _buckets.Length) Grow();
        Link(entry);
        _count++;
    }

    /// <summary>Takes out an entry that is in.</summary>
    public void Remove(PendingEntry entry)
    {
        ref var link = ref Bucket(entry);
        while (link != entry) link = ref TLink.Next(link!);

        link = TLink.Next(entry);
        _count--;
    }

    private void Grow()
    {
        var old = _buckets;
        _buckets = new PendingEntry?[old.Length * 2];
        foreach (var first in old)
        {
            for (var entry = first; entry is not null;)
            {
                var next = TLink.Next(entry);
                Link(entry);
                entry = next;
            }
        }
    }

    private void Link(PendingEntry entry)
    {
        ref var bucket = ref Bucket(entry);
        TLink.Next(entry) = bucket;
        bucket = entry;
    }

    private ref PendingEntry? Bucket(PendingEntry entry) => ref _buckets[TLink.Hash(entry) & (_buckets.Length - 1)];
}

/// <summary>The index by id. Ids are random, so their low bits are the hash.</summary>
internal readonly struct ById : IPendingLink
{
    public static int Hash(PendingEntry entry) => Hash(entry.Id);

    public static int Hash(PendingId id) => unchecked((int)id.Low);

    public static ref PendingEntry? Next(PendingEntry entry) => ref entry.NextById;
}

/// <summary>The index by subject and purpose.</summary>
internal readonly struct BySubject : IPendingLink
{
    public static int Hash(PendingEntry entry) => entry.SubjectHash;

    public static ref PendingEntry? Next(PendingEntry entry) => ref entry.NextBySubject;
}
