namespace MfaMiddleware.Policies.Replay;

/// <summary>
/// What the log of one user proves of the world that was recorded: which browsers and networks the history knew then. What it knew and no longer
/// knows was revoked, or forgotten beyond a bound, and replay must forget it too.
/// </summary>
internal sealed class RecordedWorld
{
    private readonly Dictionary<string, bool> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _networks = new(StringComparer.Ordinal);

    /// <summary>What a record says of its browser, compared with what was known of it.</summary>
    public Sighting Device(string key, bool isKnown) => See(_devices, key, isKnown);

    public Sighting Network(string network, bool isKnown) => See(_networks, network, isKnown);

    /// <summary>The history knows them from now on.</summary>
    public void Learn(string? device, string network)
    {
        if (device is not null) _devices[device] = true;
        _networks[network] = true;
    }

    private static Sighting See(Dictionary<string, bool> seen, string key, bool isKnown)
    {
        var sighting = !seen.TryGetValue(key, out var wasKnown) ? (isKnown ? Sighting.KnownFromBefore : Sighting.Nothing)
            : wasKnown && !isKnown ? Sighting.Forgotten : Sighting.Nothing;
        seen[key] = isKnown;
        return sighting;
    }
}

/// <summary>What a record tells of a browser or a network.</summary>
internal enum Sighting
{
    Nothing,

    /// <summary>It was known before the log begins.</summary>
    KnownFromBefore,

    /// <summary>It was known, and isn't any more.</summary>
    Forgotten,
}
