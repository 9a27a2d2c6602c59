namespace MfaMiddleware.Factors;

/// <summary>Where a lane stands on the ladder of waits; its default is the foot.</summary>
/// <param name="Consecutive">Failures since the last success in this lane, of any method.</param>
/// <param name="WaitUntil">Until when no guess is taken, UTC.</param>
public readonly record struct FailureLadder(int Consecutive, DateTimeOffset? WaitUntil)
{
    /// <summary>One failure further.</summary>
    /// <param name="now">The time, UTC.</param>
    /// <returns>The next place, with the wait that begins there.</returns>
    public FailureLadder Climb(DateTimeOffset now) => new(Consecutive + 1, now + FailureLimits.WaitAfter(Consecutive + 1));

    /// <summary>Takes a charge back.</summary>
    /// <param name="charge">The charge, of this lane.</param>
    /// <returns>The place without it; a wait that another charge began stays.</returns>
    public FailureLadder Refund(Charge charge)
    {
        ArgumentNullException.ThrowIfNull(charge);
        return new(Math.Max(0, Consecutive - 1), WaitUntil == charge.WaitUntil ? null : WaitUntil);
    }
}
