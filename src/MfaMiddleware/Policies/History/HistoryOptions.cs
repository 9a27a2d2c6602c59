namespace MfaMiddleware.Policies.History;

/// <summary>What is remembered of each user's sign-ins (<c>Mfa:Policy:History</c>): protected, bounded, and deleted in time.</summary>
public sealed class HistoryOptions
{
    /// <summary>How long anything of it is kept, and a user's whole history after their last sign-in: 1 to 400 days. Default: 180 days.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(180);

    /// <summary>Sign-ins of a user that are kept with their decisions, the latest: 0 to 100. Default: 30. Zero keeps none; replay then has nothing to run.</summary>
    public int MaxSignIns { get; set; } = 30;
}
