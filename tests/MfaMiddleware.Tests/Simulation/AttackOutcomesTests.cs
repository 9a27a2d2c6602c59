using System.Net;
using MfaMiddleware.TestKit.Simulation;
using Xunit;

namespace MfaMiddleware.Tests.Simulation;

public sealed class AttackOutcomesTests
{
    [Theory]
    [InlineData("asked asked", false, true, 0)]
    [InlineData("passed", false, true, 1)]
    [InlineData("passed asked passed", true, true, 1)]
    // Nobody answered: whatever passes later is a hole.
    [InlineData("asked passed", false, true, 1)]
    [InlineData("asked passed", true, true, 0)]
    // Without a cookie kept, an answer opens nothing for the next visit.
    [InlineData("asked passed", true, false, 1)]
    public void VisitsOfOneAttack_AreMissedOnce_UnlessAnAnswerWentBefore(string visits, bool canProve, bool keepsCookies, int missed)
    {
        var outcomes = new AttackOutcomes();

        foreach (var visit in visits.Split(' ')) outcomes.Add(Visit(1, canProve, keepsCookies), visit == "asked");

        Assert.Equal((1, missed), (outcomes.All, outcomes.Missed));
    }

    [Fact]
    public void TriesOfAList_AreAnAttackEach()
    {
        var outcomes = new AttackOutcomes();

        foreach (var isAsked in new[] { true, true, true, false }) outcomes.Add(Visit(null, false, false), isAsked);

        Assert.Equal(0.75, outcomes.CaughtShare);
    }

    private static SimulatedSignIn Visit(int? attack, bool canProve, bool keepsCookies) => new()
    {
        At = DateTimeOffset.UnixEpoch,
        User = "alice",
        IsAttack = true,
        Story = "story",
        Attack = attack,
        Address = IPAddress.Loopback,
        Browser = keepsCookies ? "jar" : null,
        UserAgent = "",
        CanProve = canProve,
    };
}
