using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Telemetry;

/// <summary>Hands the audit events to the log, without the identity, and to the host's sinks.</summary>
internal sealed partial class MfaEvents : IAsyncDisposable
{
    private static readonly TimeSpan MaxDrain = TimeSpan.FromSeconds(5);

    private readonly IOwnSink[] _own;
    private readonly GuardedSink[] _others;
    private readonly MfaSettings _settings;
    private readonly StoreBudget _budget;
    private readonly ILogger<MfaEvents> _logger;

    public MfaEvents(IEnumerable<IMfaEventSink> sinks, MfaSettings settings, StoreBudget budget, TimeProvider time, ILogger<MfaEvents> logger)
    {
        (_settings, _budget, _logger) = (settings, budget, logger);
        var all = sinks.ToList();
        _own = [.. all.OfType<IOwnSink>()];
        _others = [.. all.Where(s => s is not IOwnSink).Select(s => new GuardedSink(s, time, logger))];
    }

    /// <summary>Whether the host has a sink of its own, which an audit needs.</summary>
    public bool HasAudit => _others.Any(s => s.IsAudit);

    /// <summary>Hands an event over; a sink that fails or hangs stops nobody.</summary>
    public Task WriteAsync(MfaEvent mfaEvent) => WriteAsync(Complete(mfaEvent), _others);

    /// <summary>
    /// Hands an event over without which what it tells of must not happen, where the host says so (<see cref="MfaOptions.AuditRequired"/>): every sink of the
    /// host must take it within the time that a store has.
    /// </summary>
    /// <returns>Whether it may happen.</returns>
    public async Task<bool> TryRequireAsync(MfaEvent mfaEvent)
    {
        var complete = Complete(mfaEvent);
        if (!_settings.Current.AuditRequired)
        {
            await WriteAsync(complete, _others);
            return true;
        }

        if (!await IsAuditedAsync(complete)) return false;
        await WriteAsync(complete, _others.Where(s => !s.IsAudit));
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.WhenAll(_others.Select(s => s.DrainAsync())).WaitAsync(MaxDrain, TimeProvider.System);
            foreach (var sink in _others) sink.Dispose();
        }
        catch (TimeoutException)
        {
            Log.NotDrained(_logger);
        }
    }

    private MfaEvent Complete(MfaEvent mfaEvent)
    {
        Log.Happened(_logger, mfaEvent.Name, mfaEvent.Method, mfaEvent.Scheme, mfaEvent.Rule, string.Join(' ', mfaEvent.Reasons));
        return mfaEvent with { CorrelationId = mfaEvent.CorrelationId ?? Activity.Current?.TraceId.ToString() };
    }

    private async Task WriteAsync(MfaEvent complete, IEnumerable<GuardedSink> others)
    {
        foreach (var sink in _own)
        {
            try
            {
                await sink.WriteAsync(complete, CancellationToken.None);
            }
            catch (Exception e)
            {
                Log.OwnSinkFailed(_logger, e, complete.Name);
            }
        }

        foreach (var sink in others) await sink.WriteAsync(complete);
    }

    private async Task<bool> IsAuditedAsync(MfaEvent complete)
    {
        try
        {
            // Fail closed: without any sink there is no audit, and with several each of them is one.
            return HasAudit && await _budget.RunAsync(token => WriteAllAsync(complete, token), CancellationToken.None);
        }
        catch (MfaUnavailableException e)
        {
            Log.NotAudited(_logger, e, complete.Name);
            return false;
        }
    }

    private async ValueTask<bool> WriteAllAsync(MfaEvent complete, CancellationToken cancellationToken)
    {
        var taken = await Task.WhenAll(_others.Where(s => s.IsAudit).Select(s => s.TryWriteAsync(complete, cancellationToken)));
        return Array.TrueForAll(taken, t => t);
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "{Event}: method {Method}, scheme {Scheme}, rule {Rule}: {Reasons}.")]
        public static partial void Happened(ILogger logger, string @event, string? method, string? scheme, string? rule, string reasons);

        [LoggerMessage(1205, LogLevel.Error, "A sink of MfaMiddleware's own failed on {Event}.")]
        public static partial void OwnSinkFailed(ILogger logger, Exception exception, string @event);

        [LoggerMessage(1206, LogLevel.Error, "The audit did not take {Event} in time (Mfa:AuditRequired is true): answered with 503.")]
        public static partial void NotAudited(ILogger logger, Exception exception, string @event);

        [LoggerMessage(1207, LogLevel.Error, "Events were still waiting for a sink when the app ended; they are lost.")]
        public static partial void NotDrained(ILogger logger);
    }
}
