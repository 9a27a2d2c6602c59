namespace MfaMiddleware.Policies.Signals.Files;

/// <summary>
/// What was read from a file, and is read again when the file is another. Whoever uses it never waits: a look at the file, at most one in ten
/// seconds, is set off by a use and made beside it, and the old content serves until the new one is there.
/// </summary>
/// <typeparam name="T">What is made of the file.</typeparam>
internal sealed class WatchedFile<T>
    where T : class
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly Func<FileStream, T> _read;
    private readonly TimeProvider _clock;
    private readonly FileReport _report;
    private volatile T _current;
    private FileStamp? _seen;
    private long _lookedAt;
    private volatile Task _look = Task.CompletedTask;

    /// <summary>Reads the file.</summary>
    /// <exception cref="FileFormatException">It isn't what it should be.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public WatchedFile(string path, Func<FileStream, T> read, TimeProvider clock, FileReport report)
    {
        (_path, _read, _clock, _report) = (path, read, clock, report);
        _lookedAt = clock.GetTimestamp();
        using var file = FileStamp.Open(path);
        _seen = FileStamp.Of(file.SafeFileHandle);
        _current = Read(file);
    }

    /// <summary>The content that holds now.</summary>
    public T Current
    {
        get
        {
            LookIfDue();
            return _current;
        }
    }

    /// <summary>The look that a use set off, for tests.</summary>
    public Task Look => _look;

    private void LookIfDue()
    {
        var lookedAt = Volatile.Read(ref _lookedAt);
        var now = _clock.GetTimestamp();
        if (_clock.GetElapsedTime(lookedAt, now) < Interval || !_look.IsCompleted) return;

        // One of those that come at once looks; a look that takes longer than the interval is not joined by a second.
        if (Interlocked.CompareExchange(ref _lookedAt, now, lookedAt) == lookedAt) _look = Task.Run(LookAtFile);
    }

    private void LookAtFile()
    {
        try
        {
            using var file = FileStamp.Open(_path);
            var stamp = FileStamp.Of(file.SafeFileHandle);
            if (stamp == _seen) return;

            // Seen even if it is bad: the same bad file is not read and told of every ten seconds.
            _seen = stamp;
            var content = Read(file);
            _current = content;
            _report.Renewed(_path, content.ToString());
        }
        catch (FileChangedException)
        {
            // Somebody is writing it: the next look takes it.
            _seen = null;
        }
        catch (Exception e) when (e is FileFormatException)
        {
            // The old content stays: half a list must not decide who is suspicious.
            _report.Refused(_path, e.Message);
        }
        catch (Exception e)
        {
            // The same for a file that is gone or locked; told once, until it is back.
            if (_seen != default(FileStamp)) _report.Unreadable(_path, e);
            _seen = default(FileStamp);
        }
    }

    private T Read(FileStream file)
    {
        var before = FileStamp.Of(file.SafeFileHandle);
        T content;
        try
        {
            content = _read(file);
        }
        catch (FileFormatException) when (FileStamp.Of(file.SafeFileHandle) != before)
        {
            throw new FileChangedException(_path);
        }

        return FileStamp.Of(file.SafeFileHandle) == before ? content : throw new FileChangedException(_path);
    }
}
