namespace MfaMiddleware.Telemetry;

/// <summary>
/// Takes the audit events: <c>AddMfa().AddEventSink&lt;T&gt;()</c>. It may be called for several events at once. A sink that throws is logged, one that hangs is waited for a quarter of a
/// second, and neither stops a sign-in, unless <see cref="MfaOptions.AuditRequired"/> says so.
/// </summary>
public interface IMfaEventSink
{
    /// <summary>Takes one event.</summary>
    /// <param name="mfaEvent">The event; it holds no secret and no code.</param>
    /// <param name="cancellationToken">Ends the wait: under <see cref="MfaOptions.AuditRequired"/> when what the event tells of is given up.</param>
    /// <returns>When it is taken: stored, where the audit must not lose it.</returns>
    ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken);
}
