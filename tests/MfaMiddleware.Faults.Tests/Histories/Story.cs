namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>A history told by hand, in seconds.</summary>
internal sealed class Story
{
    private static readonly long Second = TimeProvider.System.TimestampFrequency;

    public List<Operation> Operations { get; } = [];

    public List<FailureReading> Readings { get; } = [];

    public static OneTime Step(long step) => new("alice", "totp", step);

    public static OneTime RecoveryCode(int number) => new("alice", "recovery_code", number);

    /// <summary>An answer of alice's.</summary>
    /// <param name="sent">The second at which it is sent.</param>
    /// <param name="answered">The second at which it is answered.</param>
    /// <param name="claim">What it uses up; null for a wrong code.</param>
    public Story Answer(double sent, double answered, Outcome outcome, OneTime? claim = null, string signIn = "s1", int node = 0)
    {
        Operations.Add(new Operation
        {
            Node = node,
            User = "alice",
            SignIn = signIn,
            Claim = claim,
            Method = claim?.Method ?? "totp",
            Sent = At(sent),
            Answered = At(answered),
            Outcome = outcome,
            HasSession = outcome == Outcome.Accepted,
            HasFactor = outcome == Outcome.Accepted,
        });
        return this;
    }

    public Story Reading(double at, int failures)
    {
        Readings.Add(new FailureReading("alice", "totp", failures, At(at), At(at + 0.1)));
        return this;
    }

    /// <summary>The rules that were broken.</summary>
    public IReadOnlyList<string> Broken(int lostWrites = 0) =>
        [.. new HistoryChecker(new Promises(AnswersPerSignIn: 3, GuessesPerMinute: 5) { LostWrites = lostWrites }).Check(Operations, Readings).Select(v => v.Rule).Distinct()];

    private static long At(double second) => (long)(second * Second);
}
