using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.TrustedDevices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies.Signals;

/// <summary>Asks every signal about a sign-in, and adds up what they say.</summary>
internal sealed partial class RiskEngine(
    ShippedSignals shipped, IEnumerable<CustomSignal> custom, AddressLists addresses, IServiceScopeFactory scopes, TimeProvider clock, ILogger<RiskEngine> logger, IGeoLocator? locator = null)
{
    private readonly CustomSignal[] _custom = [.. custom];

    /// <summary>Gathers what the signals may know.</summary>
    public RiskContext ContextOf(MfaPolicyContext signIn, LoadedHistory loaded, MfaOptions options) => new(
        signIn,
        loaded,
        DeviceReader.Find(loaded, signIn, options),
        addresses.Of(signIn.RemoteAddress, options),
        options,
        locator);

    /// <summary>Assesses a sign-in. Throws only where the request was given up.</summary>
    public async ValueTask<RiskAssessment> AssessAsync(RiskContext context, CancellationToken cancellationToken)
    {
        var signals = context.Options.Policy.Signals;
        var enabled = shipped.Of(signals);
        var findings = new List<RiskFinding>(enabled.Count + _custom.Length);
        using var deadline = new PolicyDeadline(context.Options.Policy.Timeout, clock, cancellationToken);
        foreach (var (signal, options) in enabled) findings.Add(await AskAsync(signal, options.Weight, context, deadline, cancellationToken));
        if (_custom.Length > 0) await AskCustomAsync(findings, context, deadline, cancellationToken);
        return new RiskAssessment(findings, findings.Sum(f => f.Weight), signals.Combine == SignalCombination.Any ? null : signals.Threshold);
    }

    private async Task AskCustomAsync(List<RiskFinding> findings, RiskContext context, PolicyDeadline deadline, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        foreach (var (type, weight) in _custom)
        {
            IRiskSignal signal;
            try
            {
                signal = (IRiskSignal)scope.ServiceProvider.GetRequiredService(type);
            }
            catch (Exception e)
            {
                findings.Add(Failed(type.Name, "signal_error", context, e));
                continue;
            }

            findings.Add(await AskAsync(signal, weight, context, deadline, cancellationToken));
        }
    }

    private async ValueTask<RiskFinding> AskAsync(IRiskSignal signal, int weight, RiskContext context, PolicyDeadline deadline, CancellationToken cancellationToken)
    {
        var name = signal.GetType().Name;
        try
        {
            name = signal.Name;
            return Weighed(await deadline.AskAsync(ct => signal.AssessAsync(context, ct)), name, weight);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            return Failed(name, deadline.IsOver ? "signal_timeout" : "signal_error", context, e);
        }
    }

    private static RiskFinding Weighed(RiskFinding finding, string signal, int weight) => finding with
    {
        Signal = signal,
        // Where there is nothing to compare with, nothing is a sign of an attack either: every user has no history once.
        IsAttackSign = finding.IsAttackSign && finding.Confidence != RiskConfidence.Unknown,
        Weight = finding.Confidence switch
        {
            RiskConfidence.High or RiskConfidence.Neutral => 0,
            RiskConfidence.Medium => weight / 2,
            // Fail closed: what isn't known counts like what is bad, and so does a word of a later version.
            _ => weight,
        },
    };

    /// <summary>Fail closed: whoever can break or slow a signal down must not switch it off, so it alone reaches the threshold.</summary>
    private RiskFinding Failed(string signal, string code, RiskContext context, Exception exception)
    {
        Log.Failed(logger, signal, code, exception);
        return new RiskFinding(code, RiskConfidence.Unknown) { Signal = signal, Weight = context.Options.Policy.Signals.Threshold };
    }

    private static partial class Log
    {
        [LoggerMessage(230, LogLevel.Error, "The risk signal {Signal} failed ({Code}): the sign-in counts as suspicious.")]
        public static partial void Failed(ILogger logger, string signal, string code, Exception exception);
    }
}
