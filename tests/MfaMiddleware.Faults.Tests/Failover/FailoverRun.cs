using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.Faults.Tests.Nodes;
using MfaMiddleware.Faults.Tests.Visitors;
using Xunit;

namespace MfaMiddleware.Faults.Tests.Failover;

/// <summary>A crowd at two nodes, a server that is killed while their answers are under way, and what came of it.</summary>
internal static class FailoverRun
{
    /// <summary>So many sign-ins are under way at the kill, at least.</summary>
    private const int InFlight = 200;
    private const int AnsweredBefore = 10;
    private const int Staying = 30;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly CrowdSize Size = new(Tokens: 200, Phones: 40, UsersOfAPhone: 1, Guessers: 8, VictimsOfAGuesser: 4);

    /// <summary>What a failover may forget of a sign-in: its last write.</summary>
    private static readonly Promises Promises = Site.Promises with { LostWrites = 1 };

    /// <param name="topology">What it is called in the report.</param>
    /// <param name="site">Two nodes.</param>
    /// <param name="kill">Kills the server.</param>
    /// <param name="promotion">Waits until another one has taken over.</param>
    /// <param name="comeBack">Starts the dead one again, and waits until it copies the other.</param>
    public static async Task<FailoverRow> PlayAsync(string topology, Site site, Func<Task> kill, Func<Task> promotion, Func<Task> comeBack)
    {
        await using var crowd = await Crowd.EnrolAsync(site, Size);
        crowd.Start();
        await crowd.UntilAsync(() => crowd.History.Answers > Size.Tokens, Limit);

        await HoldAllAsync(crowd);
        var inFlight = crowd.Visits.InFlight;
        var killed = TimeProvider.System.GetTimestamp();
        await kill();
        // Most of them leave once they are in again: how soon that is shall not be a matter of how many a machine can serve at a time.
        foreach (var visitor in crowd.Visitors[Staying..]) visitor.LeavesAfter = killed;
        await promotion();
        var promoted = TimeProvider.System.GetElapsedTime(killed);
        // Those with phones have a code each 30 seconds at last.
        await crowd.UntilAsync(() => crowd.Visitors[..Size.Tokens].TrueForAll(v => v.LastSignIn > killed), Limit);
        var everybody = TimeProvider.System.GetElapsedTime(killed);

        await comeBack();
        var answers = crowd.History.Answers;
        await crowd.UntilAsync(() => crowd.History.Answers > answers + 500, Limit);
        await crowd.StopAsync();
        var before = killed - (2 * TimeProvider.System.TimestampFrequency);
        await Task.WhenAll(crowd.Visitors.Select(visitor => visitor.ReplayAsync(before)));
        return new FailoverRow
        {
            Topology = topology,
            InFlight = inFlight,
            Killed = killed,
            Promoted = promoted,
            Everybody = everybody,
            Operations = crowd.History.Operations,
            Violations = new HistoryChecker(Promises).Check(crowd.History),
        };
    }

    /// <summary>Every one of them holds, all failed writes are 503, and all is well again soon.</summary>
    public static void AssertHolds(FailoverRow row)
    {
        Violation.AssertNone(row.Violations);
        Assert.InRange(row.InFlight, InFlight, int.MaxValue);
        // The kill was noticed: else nothing was shown.
        Assert.Contains(row.Operations, o => o.Outcome == Outcome.Unavailable && o.IsAnswer && o.Answered > row.Killed);
        Assert.DoesNotContain(row.Operations, o => o.Outcome == Outcome.Unknown);
        Assert.InRange(row.First - row.Promoted, TimeSpan.MinValue, TimeSpan.FromSeconds(10));
    }

    /// <summary>Has everybody open a challenge and wait, and then answer at once; the moment is when the first of them are done.</summary>
    private static async Task HoldAllAsync(Crowd crowd)
    {
        crowd.Gate.Close();
        await crowd.UntilAsync(() => crowd.Gate.Waiting >= Size.Tokens && crowd.Visits.InFlight == 0, Limit);
        var answers = crowd.History.Answers;
        crowd.Gate.Open();
        await crowd.UntilAsync(() => crowd.History.Answers > answers + AnsweredBefore && crowd.Visits.InFlight >= InFlight, Limit);
    }
}
