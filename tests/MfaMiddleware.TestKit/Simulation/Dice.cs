namespace MfaMiddleware.TestKit.Simulation;

/// <summary>SplitMix64: integers only, so that a seed gives the same numbers on every machine and in every version of .NET.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool PerMille(int share) => Below(1000) < share;

    /// <summary>What happens about once in so many days, asked once a day; never for 0.</summary>
    public bool OnceIn(int days) => days > 0 && Below(days) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>The place of the weight that was drawn.</summary>
    public int Weighted(IReadOnlyList<int> weights)
    {
        var total = 0;
        foreach (var weight in weights) total += weight;
        var at = Below(total);
        var index = 0;
        while (at >= weights[index]) at -= weights[index++];
        return index;
    }

    /// <summary>A number that belongs to these values, without a state: what is drawn for one user doesn't move the next.</summary>
    public static ulong Hash(ulong seed, ulong first, ulong second = 0, ulong third = 0) =>
        Mix(Mix(Mix(Mix(seed + 0x9E3779B97F4A7C15UL) + first) ^ (second * 0xD1B54A32D192ED03UL)) + (third * 0x8CB92BA72F3D8DD7UL));

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
