using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Telemetry;

/// <summary>Hands the audit events to the log, without the identity, and to the host's sinks.</summary>
internal sealed partial class MfaEvents(IEnumerable<IMfaEventSink> sinks, ILogger<MfaEvents> logger)
{
    private readonly IMfaEventSink[] _sinks = [.. sinks];

    public async Task WriteAsync(MfaEvent mfaEvent)
    {
        Log.Happened(logger, mfaEvent.Name, mfaEvent.Method, mfaEvent.Scheme, mfaEvent.Rule, string.Join(' ', mfaEvent.Reasons));
        var complete = mfaEvent with { CorrelationId = mfaEvent.CorrelationId ?? Activity.Current?.TraceId.ToString() };
        foreach (var sink in _sinks)
        {
            try
            {
                await sink.WriteAsync(complete, CancellationToken.None);
            }
            catch (Exception e)
            {
                // The audit sink is the host's: its failure is loud, and doesn't decide who signs in.
                Log.SinkFailed(logger, e, mfaEvent.Name);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "{Event}: method {Method}, scheme {Scheme}, rule {Rule}: {Reasons}.")]
        public static partial void Happened(ILogger logger, string @event, string? method, string? scheme, string? rule, string reasons);

        [LoggerMessage(1202, LogLevel.Error, "An event sink failed on {Event}.")]
        public static partial void SinkFailed(ILogger logger, Exception exception, string @event);
    }
}
