using MfaMiddleware.Policies.History;

namespace MfaMiddleware.Policies.Signals;

/// <summary>
/// Failures in a short time: passwords and answers of this user, and passwords of many users from one network. A known browser of the owner
/// answers for its own network alone, so that somebody who guesses elsewhere doesn't have the owner challenged.
/// </summary>
internal sealed class VelocitySignal(NetworkActivity activity) : IRiskSignal
{
    private static readonly ValueTask<RiskFinding> Usual = new(new RiskFinding("no_failures", RiskConfidence.High));

    public string Name => "velocity";

    public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken)
    {
        var options = context.Options.Policy.Signals.Velocity;
        var since = context.SignIn.Now - options.Window;
        var failures = context.History.Failures.Where(f => f.At > since && (!context.IsKnownDevice || f.Network == context.Network)).ToList();
        var passwords = failures.Count(f => f.Kind == FailureKind.Password);
        if (passwords >= options.FailedPasswords) return new(Many("failed_passwords", passwords));
        if (failures.Count - passwords >= options.FailedAnswers) return new(Many("failed_answers", failures.Count - passwords));
        if (context.IsTrustedNetwork || (context.IsKnownDevice && context.IsKnownNetwork)) return Usual;

        var users = context.SignIn.FailedUsersOfNetwork ?? activity.FailedUsersOf(context.Network, context.SignIn.Now);
        return users >= options.UsersPerNetwork ? new(Many("many_users_from_network", users)) : Usual;
    }

    private static RiskFinding Many(string code, int count) => new(code, RiskConfidence.Low)
    {
        IsAttackSign = true,
        Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["count"] = RiskText.Of(count) },
    };
}
