namespace MfaMiddleware.Redis.Connection;

/// <summary>
/// Notices one server of several that hangs. Calls go to all of them by their keys, so most succeed and the link as a whole looks well; but what one key's place
/// answers, its server answers. The first place that gave none is watched until it does.
/// </summary>
internal sealed class HangWatch
{
    private const int PatienceInFaults = 3;
    private const long PatienceMilliseconds = 3000;

    private readonly Lock _lock = new();
    private volatile Suspect? _suspect;

    /// <summary>What is in the braces of a key that got no answer, for a probe of the same server; null where all is well.</summary>
    public string? Place => _suspect?.Place;

    /// <summary>Whether the same place gave no answer again and again. One that the client itself has no connection to doesn't hang: it is being connected.</summary>
    public bool IsHung => _suspect is { Hangs: >= PatienceInFaults } suspect && ServerClock.Now - suspect.Since > PatienceMilliseconds;

    /// <summary>A call got no answer.</summary>
    /// <param name="key">What it was about.</param>
    /// <param name="isHang">Whether it was sent, and waited for.</param>
    /// <returns>Whether it is not the first at this place.</returns>
    public bool Failed(string key, bool isHang)
    {
        var (place, hangs) = (PlaceOf(key), isHang ? 1 : 0);
        lock (_lock)
        {
            if (_suspect is not { } known)
            {
                _suspect = new Suspect(place, ServerClock.Now, hangs);
                return false;
            }

            if (known.Place != place) return false;
            _suspect = known with { Hangs = known.Hangs + hangs };
            return true;
        }
    }

    /// <summary>A call got an answer, in time or not.</summary>
    public void Answered(string key)
    {
        // As a rule there is nobody to clear.
        if (_suspect is null) return;
        lock (_lock)
        {
            if (_suspect?.Place == PlaceOf(key)) _suspect = null;
        }
    }

    // As a Cluster reads it: what is in the first braces, or the whole key.
    private static string PlaceOf(string key)
    {
        var start = key.IndexOf('{', StringComparison.Ordinal) + 1;
        var end = start == 0 ? -1 : key.IndexOf('}', start);
        return end > start ? key[start..end] : key;
    }

    private sealed record Suspect(string Place, long Since, int Hangs);
}
