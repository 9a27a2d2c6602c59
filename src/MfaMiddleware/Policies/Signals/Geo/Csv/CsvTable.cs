namespace MfaMiddleware.Policies.Signals.Geo.Csv;

/// <summary>A range of addresses with its place and the line that it came from.</summary>
internal readonly record struct CsvEntry<T>(T First, T Last, int Place, int Line);

/// <summary>The ranges of one family, sorted and disjoint.</summary>
/// <typeparam name="T">An address as a number.</typeparam>
internal sealed class CsvTable<T>
    where T : struct, IComparable<T>
{
    private readonly T[] _firsts;
    private readonly T[] _lasts;
    private readonly int[] _places;

    private CsvTable(List<CsvEntry<T>> entries)
    {
        (_firsts, _lasts, _places) = (new T[entries.Count], new T[entries.Count], new int[entries.Count]);
        for (var i = 0; i < entries.Count; i++) (_firsts[i], _lasts[i], _places[i]) = (entries[i].First, entries[i].Last, entries[i].Place);
    }

    public int Count => _firsts.Length;

    /// <summary>Sorts ranges.</summary>
    /// <returns>The line of one that overlaps another, and what is wrong with it; null if none does.</returns>
    public static (int Line, string Problem)? TryMake(List<CsvEntry<T>> entries, out CsvTable<T> table)
    {
        entries.Sort((a, b) => a.First.CompareTo(b.First));
        table = new CsvTable<T>(entries);
        for (var i = 1; i < entries.Count; i++)
        {
            // Two places for one address: either may be wrong, so neither is taken.
            if (entries[i].First.CompareTo(entries[i - 1].Last) > 0) continue;
            var (earlier, later) = (Math.Min(entries[i].Line, entries[i - 1].Line), Math.Max(entries[i].Line, entries[i - 1].Line));
            return (later, $"its addresses overlap those of line {earlier}.");
        }

        return null;
    }

    /// <summary>The place of an address; -1 where it isn't known.</summary>
    public int Find(T address)
    {
        var i = Array.BinarySearch(_firsts, address);
        if (i < 0) i = ~i - 1;
        return i >= 0 && address.CompareTo(_lasts[i]) <= 0 ? _places[i] : -1;
    }
}
