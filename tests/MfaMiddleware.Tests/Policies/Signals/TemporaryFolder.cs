using System.Text;
using MfaMiddleware.Policies.Signals.Files;
using MfaMiddleware.TestKit;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Tests.Policies.Signals;

/// <summary>Files of one test, with the clock by which they are looked at and the log.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly LoggerFactory _loggers;
    private DateTime _written = new(2029, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public TemporaryFolder()
    {
        Directory.CreateDirectory(Root);
        _loggers = new LoggerFactory([Log]);
    }

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"mfa-{Guid.CreateVersion7():n}");

    public FakeClock Clock { get; } = new();

    public CapturedLog Log { get; } = new();

    public string PathOf(string name) => Path.Combine(Root, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Replaces a file as one should: by moving a new one over it. Each has a time of its own, however fast they follow.</summary>
    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf("new"), bytes);
        _written += TimeSpan.FromSeconds(1);
        File.SetLastWriteTimeUtc(PathOf("new"), _written);
        File.Move(PathOf("new"), PathOf(name), overwrite: true);
        return PathOf(name);
    }

    public WatchedFiles<T> Files<T>(Func<FileStream, T> read)
        where T : class => new(Root, read, Clock, new FileReport(_loggers.CreateLogger<FileReport>()));

    public void Dispose()
    {
        _loggers.Dispose();
        Log.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
