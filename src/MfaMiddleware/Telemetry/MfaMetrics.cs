using System.Diagnostics;
using System.Diagnostics.Metrics;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Replay;

namespace MfaMiddleware.Telemetry;

/// <summary>
/// Counts what the audit events tell (meter <c>MfaMiddleware</c>). Tags are codes of ours and of the host, and names of registered methods: no identity, address or
/// anything else that a client chooses.
/// </summary>
internal sealed class MfaMetrics : IOwnSink
{
    public const string MeterName = "MfaMiddleware";

    private readonly Counter<long> _decisions;
    private readonly Counter<long> _findings;
    private readonly Counter<long> _answers;
    private readonly Counter<long> _refusals;

    public MfaMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _decisions = meter.CreateCounter<long>("mfa.decisions", "{decision}", "Sign-ins that were decided.");
        _findings = meter.CreateCounter<long>("mfa.findings", "{finding}", "Findings of risk signals that speak against a sign-in.");
        _answers = meter.CreateCounter<long>("mfa.answers", "{answer}", "Answers to challenges that were checked.");
        _refusals = meter.CreateCounter<long>("mfa.refusals", "{answer}", "Answers that were not checked, since their account must wait.");
    }

    public ValueTask WriteAsync(MfaEvent mfaEvent, CancellationToken cancellationToken)
    {
        if (mfaEvent.Decision is { } decision) Count(decision);
        if (ResultOf(mfaEvent.Name) is { } result) _answers.Add(1, new("method", mfaEvent.Method), new("result", result));
        if (RefusalOf(mfaEvent.Name) is { } reason) _refusals.Add(1, new("method", mfaEvent.Method), new("reason", reason));
        return ValueTask.CompletedTask;
    }

    private void Count(MfaDecision decision)
    {
        // Under observation the outcome that would have been: the one in force is always the same.
        var outcome = ReplayTally.CodeOf(decision.Observed ?? decision.Outcome);
        _decisions.Add(1, new("outcome", outcome), new("rule", decision.Rule), new("observed", decision.Observed is not null));
        foreach (var finding in decision.Risk?.Findings ?? [])
        {
            if (!finding.IsSuspicious) continue;
            var tags = new TagList { { "signal", finding.Signal }, { "code", finding.Code }, { "confidence", finding.Confidence.ToString().ToLowerInvariant() } };
            _findings.Add(1, tags);
        }
    }

    private static string? ResultOf(string name) => name switch
    {
        MfaEventNames.SignInCompleted or MfaEventNames.StepUpCompleted or MfaEventNames.FactorProved => "accepted",
        MfaEventNames.AnswerRejected => "rejected",
        MfaEventNames.OtpReplayed => "replayed",
        MfaEventNames.AuthenticatorMayBeCopied => "copied",
        _ => null,
    };

    private static string? RefusalOf(string name) => name switch
    {
        MfaEventNames.AccountThrottled => "throttled",
        MfaEventNames.AccountCapped => "capped",
        _ => null,
    };
}
