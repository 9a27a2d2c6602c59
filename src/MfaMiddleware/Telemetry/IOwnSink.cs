namespace MfaMiddleware.Telemetry;

/// <summary>A sink of ours: it waits for nothing but a store under its budget, so it is called in line; it is no audit.</summary>
internal interface IOwnSink : IMfaEventSink;
