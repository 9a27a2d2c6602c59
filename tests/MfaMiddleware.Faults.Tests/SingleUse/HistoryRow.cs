using MfaMiddleware.Faults.Tests.Histories;
using Xunit;

namespace MfaMiddleware.Faults.Tests.SingleUse;

/// <summary>The figures of a history, as a row of the table in docs/reliability.md.</summary>
internal sealed record HistoryRow(int Answers, int Accepted, int Apps, int Tokens, int RecoveryCodes, int Contended, int Wrong, int Throttled, int Unavailable, int Violations)
{
    public const string Head = "| stores | answers | accepted (app, token, recovery code) | codes sent to both nodes at once | refused as wrong | told to wait | 503 | accepted twice, or other violations | took |";

    public static HistoryRow Of(History history, IReadOnlyList<Violation> violations)
    {
        var answers = history.Operations.Where(o => o.IsAnswer).ToList();
        var accepted = answers.Where(o => o.Outcome == Outcome.Accepted).ToLookup(o => o.Claim?.Method);
        return new(
            answers.Count, accepted.Sum(g => g.Count()), accepted["totp"].Count(), accepted["hotp"].Count(), accepted["recovery_code"].Count(),
            answers.Where(o => o.Claim is not null).GroupBy(o => o.Claim!).Count(HasMet),
            answers.Count(o => o.IsCounted), answers.Count(o => o.Outcome == Outcome.Throttled), history.Operations.Count(o => o.Outcome == Outcome.Unavailable), violations.Count);
    }

    public override string ToString() =>
        $"| {Answers} | {Accepted} ({Apps}, {Tokens}, {RecoveryCodes}) | {Contended} | {Wrong} | {Throttled} | {Unavailable} | {Violations} |";

    /// <summary>Nobody having met, nothing would be proved.</summary>
    public void AssertHasContended()
    {
        Assert.True(Contended > Answers / 20, $"Only {Contended} codes were under way to both nodes at one time.");
        Assert.All([Apps, Tokens, RecoveryCodes, Wrong, Throttled], n => Assert.NotEqual(0, n));
    }

    private static bool HasMet(IGrouping<OneTime, Operation> claim) =>
        claim.Any(one => claim.Any(other => one.Node < other.Node && one.Sent < other.Answered && other.Sent < one.Answered));
}
