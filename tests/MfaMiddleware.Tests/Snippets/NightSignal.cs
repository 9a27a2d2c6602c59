using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Tests.Snippets;

/// <summary>Administrators seldom sign in at night.</summary>
internal sealed class NightSignal : IRiskSignal
{
    private static readonly RiskFinding Usual = new("usual_hour", RiskConfidence.High);
    private static readonly RiskFinding Night = new("admin_at_night", RiskConfidence.Low);

    public string Name => "night";

    public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken) =>
        new(context.SignIn.Principal.IsInRole("Admin") && (context.SignIn.Now.Hour is >= 22 or < 5) ? Night : Usual);
}
