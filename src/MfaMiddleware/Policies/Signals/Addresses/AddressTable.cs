using System.Numerics;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>Networks of one family, sorted. Two networks are disjoint or one holds the other: with those inside others left out a binary search finds the only one that can match.</summary>
/// <typeparam name="T">An address as a number.</typeparam>
internal sealed class AddressTable<T>
    where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
{
    private readonly T[] _firsts;
    private readonly byte[] _prefixes;
    private readonly int _bits;

    /// <param name="networks">First address and prefix, in any order.</param>
    /// <param name="bits">The length of an address.</param>
    public AddressTable(List<(T First, byte Prefix)> networks, int bits)
    {
        _bits = bits;
        networks.Sort((a, b) => a.First != b.First ? a.First.CompareTo(b.First) : a.Prefix.CompareTo(b.Prefix));
        var kept = 0;
        for (var i = 0; i < networks.Count; i++)
        {
            var network = networks[i];
            if (kept == 0 || network.First > Last(networks[kept - 1].First, networks[kept - 1].Prefix)) networks[kept++] = network;
        }

        (_firsts, _prefixes) = (new T[kept], new byte[kept]);
        for (var i = 0; i < kept; i++) (_firsts[i], _prefixes[i]) = networks[i];
    }

    public int Count => _firsts.Length;

    /// <summary>Whether every address is in one of them.</summary>
    public bool IsEverything
    {
        get
        {
            if (Count == 0 || _firsts[0] != T.MinValue || Last(Count - 1) != T.MaxValue) return false;
            for (var i = 1; i < Count; i++)
            {
                if (_firsts[i] != Last(i - 1) + T.One) return false;
            }

            return true;
        }
    }

    public bool TryFind(T address, out T first, out int prefix)
    {
        var i = Array.BinarySearch(_firsts, address);
        if (i < 0) i = ~i - 1;
        (first, prefix) = i < 0 ? default : (_firsts[i], _prefixes[i]);
        return i >= 0 && address <= Last(i);
    }

    private T Last(int index) => Last(_firsts[index], _prefixes[index]);

    private T Last(T first, int prefix) => prefix == 0 ? T.MaxValue : first | ((T.One << (_bits - prefix)) - T.One);
}
