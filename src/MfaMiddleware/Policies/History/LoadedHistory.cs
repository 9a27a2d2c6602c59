namespace MfaMiddleware.Policies.History;

/// <summary>A user's history as it was read, in one round trip.</summary>
/// <param name="History">What is remembered.</param>
/// <param name="Version">Which version of the record it is.</param>
/// <param name="FactorsChangedAt">When the user's factors last changed.</param>
internal sealed record LoadedHistory(SignInHistory History, long Version, DateTimeOffset? FactorsChangedAt)
{
    public static readonly LoadedHistory None = new(SignInHistory.Empty, 0, null);
}
