namespace MfaMiddleware.Policies.Signals.Files;

/// <summary>The files of one kind that the settings name, each read once.</summary>
/// <typeparam name="T">What is made of a file.</typeparam>
/// <param name="root">What relative paths are relative to: the content root.</param>
/// <param name="read">Reads one.</param>
/// <param name="clock">Measures how long ago a file was looked at.</param>
/// <param name="report">Says what became of a file that changed.</param>
internal sealed class WatchedFiles<T>(string root, Func<FileStream, T> read, TimeProvider clock, FileReport report)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, WatchedFile<T>> _files = new(StringComparer.Ordinal);

    /// <summary>The file, read now if it has not been.</summary>
    /// <param name="setting">Its path as the settings name it.</param>
    /// <exception cref="FileFormatException">It isn't what it should be.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public WatchedFile<T> Open(string setting)
    {
        var path = FullPath(setting);
        lock (_lock)
        {
            return _files.TryGetValue(path, out var file) ? file : _files[path] = new WatchedFile<T>(path, read, clock, report);
        }
    }

    /// <summary>What is wrong with it; null if nothing is.</summary>
    public string? ProblemOf(string setting)
    {
        try
        {
            Open(setting);
            return null;
        }
        catch (Exception e)
        {
            // Whatever keeps it from being read is one more thing that is wrong with the settings, told with the others.
            return e.Message;
        }
    }

    /// <summary>Forgets those that the settings no longer name.</summary>
    public void KeepOnly(IEnumerable<string> settings)
    {
        var named = settings.Select(FullPath).ToHashSet(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach (var path in _files.Keys.Where(p => !named.Contains(p)).ToList()) _files.Remove(path);
        }
    }

    private string FullPath(string setting) => Path.GetFullPath(setting, root);
}
