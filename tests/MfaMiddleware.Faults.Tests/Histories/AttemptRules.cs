namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>A sign-in takes so many wrong answers and is over after its end; an account takes so many a minute.</summary>
internal static class AttemptRules
{
    public const string TooManyAnswers = "too many answers to a sign-in";
    public const string AnsweredAfterItsEnd = "answered after its end";
    public const string TooManyGuesses = "too many guesses of an account";

    private static readonly long Minute = TimeSpan.FromMinutes(1).Ticks * (TimeProvider.System.TimestampFrequency / TimeSpan.TicksPerSecond);

    public static IEnumerable<Violation> Check(IReadOnlyList<Operation> operations, Promises promises) =>
    [
        .. operations.Where(o => o.IsAnswer).GroupBy(o => o.SignIn).SelectMany(signIn => CheckSignIn(signIn.Key, [.. signIn], promises)),
        .. operations.GroupBy(o => o.User).SelectMany(user => CheckAccount([.. user], promises)),
    ];

    private static IEnumerable<Violation> CheckSignIn(string signIn, List<Operation> answers, Promises promises)
    {
        var counted = answers.Count(a => a.IsCounted);
        if (counted > promises.AnswersPerSignIn + promises.LostWrites) yield return new(TooManyAnswers, $"{counted} to {signIn}");
        // The end itself may be a write that was lost. What answered it then is the single-use rules' affair.
        if (promises.LostWrites > 0) yield break;
        foreach (var end in answers.Where(a => a.Outcome is Outcome.Accepted or Outcome.Exhausted))
            foreach (var late in answers.Where(a => end.IsBefore(a) && (a.IsCounted || a.Outcome == Outcome.Accepted)))
                yield return new(AnsweredAfterItsEnd, $"{late} after {end}");
    }

    private static IEnumerable<Violation> CheckAccount(List<Operation> ofUser, Promises promises)
    {
        var counted = ofUser.Where(o => o.IsCounted).OrderBy(o => o.Answered).ToList();
        for (var last = promises.GuessesPerMinute; last < counted.Count; last++)
        {
            var row = counted[(last - promises.GuessesPerMinute)..(last + 1)];
            var (from, until) = (row.Min(o => o.Sent), row[^1].Answered);
            if (until - from < Minute && !ofUser.Exists(o => o.MayHaveClearedBetween(from, until))) yield return new(TooManyGuesses, string.Join("; ", row));
        }
    }
}
