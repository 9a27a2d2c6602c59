using MfaMiddleware.Policies.Signals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies;

/// <summary>Decides about one sign-in: the policies of the host in order, then the rules of the settings, then the default mode.</summary>
/// <param name="scopes">Where the policies come from: made within the decision, so that one that can't be made challenges too.</param>
/// <param name="clock">Measures <c>Policy:Timeout</c>.</param>
/// <param name="logger">Takes what went wrong.</param>
/// <param name="registered">Knows whether there are policies at all.</param>
internal sealed partial class PolicyEngine(
    IServiceScopeFactory scopes, TimeProvider clock, ILogger<PolicyEngine> logger, IServiceProviderIsService? registered = null)
{
    private const string Itself = "engine";

    private readonly bool _hasPolicies = registered?.IsService(typeof(IMfaPolicy)) ?? true;

    /// <summary>Decides. Throws only where the request was given up.</summary>
    /// <param name="context">The sign-in.</param>
    /// <param name="options">The one snapshot of the settings that decides this sign-in.</param>
    /// <param name="cancellationToken">The end of the request.</param>
    /// <returns>The decision.</returns>
    public ValueTask<MfaDecision> DecideAsync(MfaPolicyContext context, MfaOptions options, CancellationToken cancellationToken) =>
        _hasPolicies ? DecideInScopeAsync(context, options.Policy, cancellationToken) : DecideByRulesAsync(context, options.Policy, cancellationToken);

    private async ValueTask<MfaDecision> DecideInScopeAsync(MfaPolicyContext context, PolicyOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await DecideByPoliciesAsync(scope.ServiceProvider.GetServices<IMfaPolicy>(), context, options, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            return Failed(Itself, e);
        }
    }

    private async ValueTask<MfaDecision> DecideByPoliciesAsync(
        IEnumerable<IMfaPolicy> policies, MfaPolicyContext context, PolicyOptions options, CancellationToken cancellationToken)
    {
        using var deadline = new PolicyDeadline(options.Timeout, clock, cancellationToken);
        foreach (var policy in policies)
        {
            var name = policy.GetType().Name;
            try
            {
                if (await deadline.AskAsync(ct => policy.DecideAsync(context, ct)) is { } decision) return decision;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (deadline.IsOver)
            {
                return TimedOut(name, options.Timeout, e);
            }
            catch (Exception e)
            {
                return Failed(name, e);
            }
        }

        return await DecideByRulesAsync(context, options, cancellationToken);
    }

    private ValueTask<MfaDecision> DecideByRulesAsync(MfaPolicyContext context, PolicyOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var index = RuleMatcher.Find(options.Rules, context);
            var mode = index < 0 ? options.Mode : options.Rules[index].Mode ?? options.Mode;
            return mode == MfaMode.Suspicious ? DecideByRiskAsync(context, options, index, cancellationToken) : new(Decide(options, index, mode, null));
        }
        catch (Exception e)
        {
            return new(Failed(Itself, e));
        }
    }

    private async ValueTask<MfaDecision> DecideByRiskAsync(MfaPolicyContext context, PolicyOptions options, int index, CancellationToken cancellationToken)
    {
        try
        {
            return Decide(options, index, MfaMode.Suspicious, await context.AssessRiskAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            return Failed(Itself, e);
        }
    }

    private static MfaDecision Decide(PolicyOptions options, int index, MfaMode mode, RiskAssessment? risk) =>
        index < 0 ? RuleDecision.Default(options, risk) : RuleDecision.Of(options.Rules[index], index, mode, risk);

    // Fail closed: a policy that could not say "no second factor" has not said it.
    private MfaDecision Failed(string name, Exception exception)
    {
        Log.Failed(logger, name, exception);
        return MfaDecision.Required(name, "policy_error");
    }

    // Fail closed: whoever can slow a policy down must not switch it off.
    private MfaDecision TimedOut(string name, TimeSpan timeout, Exception exception)
    {
        Log.TimedOut(logger, name, timeout, exception);
        return MfaDecision.Required(name, "policy_timeout");
    }

    private static partial class Log
    {
        [LoggerMessage(210, LogLevel.Error, "The policy {Policy} failed: the sign-in is challenged.")]
        public static partial void Failed(ILogger logger, string policy, Exception exception);

        [LoggerMessage(211, LogLevel.Error, "The policy {Policy} took longer than {Timeout} (Mfa:Policy:Timeout): the sign-in is challenged.")]
        public static partial void TimedOut(ILogger logger, string policy, TimeSpan timeout, Exception exception);
    }
}
