using System.Collections.Concurrent;
using MfaMiddleware.Telemetry;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.TestKit.Hosting;

/// <summary>Keeps the audit events.</summary>
public sealed class EventRecorder : IMfaEventSink
{
    private readonly ConcurrentQueue<MfaEvent> _events = new();

    public IReadOnlyCollection<MfaEvent> All => _events;

    public ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        _events.Enqueue(mfaEvent);
        return ValueTask.CompletedTask;
    }

    public int Count(string name, string? user = null) => _events.Count(e => e.Name == name && (user is null || e.Subject?.Id == user));
}

/// <summary>Keeps every log line, of every level and category.</summary>
public sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Recorder(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Recorder(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}[{eventId.Id}] {formatter(state, exception)} {exception}");
    }
}
