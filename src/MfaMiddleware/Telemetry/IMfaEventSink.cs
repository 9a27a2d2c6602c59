namespace MfaMiddleware.Telemetry;

/// <summary>Takes the audit events: <c>AddMfa().AddEventSink&lt;T&gt;()</c>. A sink that throws is logged and never stops a sign-in.</summary>
public interface IMfaEventSink
{
    /// <summary>Takes one event.</summary>
    /// <param name="mfaEvent">The event; it holds no secret and no code.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is taken.</returns>
    ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken);
}
