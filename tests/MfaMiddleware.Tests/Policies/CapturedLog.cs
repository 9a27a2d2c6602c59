using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Tests.Policies;

/// <summary>Keeps the error lines of a test.</summary>
public sealed class CapturedLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Errors { get; } = [];

    public ConcurrentQueue<string> Warnings { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error) Errors.Enqueue(formatter(state, exception));
        else if (logLevel == LogLevel.Warning) Warnings.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
