namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>A code, and a sign-in, is accepted once; and what a device has counted past is closed.</summary>
internal static class SingleUseRules
{
    public const string CodeAcceptedTwice = "code accepted twice";
    public const string SignInCompletedTwice = "sign-in completed twice";
    public const string CounterWentBack = "counter went back";

    public static IEnumerable<Violation> Check(IReadOnlyList<Operation> operations)
    {
        var accepted = operations.Where(o => o is { Outcome: Outcome.Accepted, Claim: not null }).ToList();
        return [.. Twice(accepted, o => o.Claim!, CodeAcceptedTwice), .. Twice(accepted, o => o.SignIn, SignInCompletedTwice), .. WentBack(accepted)];
    }

    private static IEnumerable<Violation> Twice(List<Operation> accepted, Func<Operation, object> what, string rule) =>
        accepted.GroupBy(what).Where(g => g.Count() > 1).Select(g => new Violation(rule, $"{g.Key}: {string.Join("; ", g)}"));

    private static IEnumerable<Violation> WentBack(List<Operation> accepted) =>
        from factor in accepted.Where(o => o.Claim!.IsOrdered).GroupBy(o => (o.Claim!.User, o.Claim.Method))
        from later in factor
        from earlier in factor
        where earlier.IsBefore(later) && earlier.Claim!.Place > later.Claim!.Place
        select new Violation(CounterWentBack, $"{later} after {earlier}");
}
