using System.Collections.Frozen;

namespace MfaMiddleware.Policies;

/// <summary>The reasons that a user may be told (<c>Policy:ExplainToUser</c>): those of the shipped signals, which hold nothing that a host wrote.</summary>
internal static class ToldReasons
{
    /// <summary>A code of a host's own signal is not among them: who wrote it didn't write it for users.</summary>
    public static FrozenSet<string> Known { get; } = new[]
    {
        "no_history", "new_device", "device_changed", "device_expired", "device_void", "device_void_factors_changed", "device_void_password_changed",
        "device_void_policy_changed", "new_network", "impossible_travel", "new_country", "found_on_deny_list", "failed_passwords", "failed_answers", "many_users_from_network",
        "password_changed", "password_reset", "phone_changed", "recovery_used",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="reasons">Those of the decision, heaviest first.</param>
    /// <param name="policy">Whether the host allows it.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> reasons, PolicyOptions policy) =>
        policy.ExplainToUser ? [.. reasons.Where(Known.Contains).Distinct()] : [];
}
