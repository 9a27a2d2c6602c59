using MfaMiddleware.Policies.History;

namespace MfaMiddleware.Policies.Signals;

/// <summary>A new password or phone number, or the use of a recovery code: what a thief does first. Over once this browser has proved a factor after it.</summary>
internal sealed class RecentChangeSignal : IRiskSignal
{
    private static readonly ValueTask<RiskFinding> None = new(new RiskFinding("no_recent_change", RiskConfidence.High));

    public string Name => "recent_change";

    public ValueTask<RiskFinding> AssessAsync(RiskContext context, CancellationToken cancellationToken)
    {
        var since = context.SignIn.Now - context.Options.Policy.Signals.RecentChange.Window;
        var change = context.History.Changes.FindAll(c => c.At > since).MaxBy(c => c.At);
        if (change is null || (context.DeviceState.Device is { } device && context.IsKnownDevice && device.ProvedAt >= change.At)) return None;
        return new(new RiskFinding(CodeOf(change.Kind), RiskConfidence.Low)
        {
            // A mailbox that was taken over resets the password, and whatever follows; nobody has proved a factor since.
            IsAttackSign = context.History.Changes.Exists(c => c.At > since && c.Kind == ChangeKind.PasswordReset && !(context.History.LastProvedAt >= c.At)),
            Details = new Dictionary<string, string>(StringComparer.Ordinal) { ["at"] = RiskText.Of(change.At) },
        });
    }

    private static string CodeOf(ChangeKind kind) => kind switch
    {
        ChangeKind.PasswordReset => "password_reset",
        ChangeKind.Password => "password_changed",
        ChangeKind.Phone => "phone_changed",
        _ => "recovery_used",
    };
}
