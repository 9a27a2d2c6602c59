using System.Diagnostics;
using System.Globalization;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Simulation;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Tests.Simulation;

/// <summary>
/// What the shipped defaults ask of honest users and miss of attackers, in a world that was written before they were tuned. MFA_SIMULATION="730x1000"
/// runs that many days of that many users instead ("730x1000x4,5": of worlds of those seeds), and prints the figures by story.
/// </summary>
public sealed class ShippedDefaultsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task ShippedDefaults_AskFewHonestUsersAndCatchNearlyAllAttacks()
    {
        var run = new DefaultsRun();
        var (watch, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var asked = Environment.GetEnvironmentVariable("MFA_SIMULATION") is { Length: > 0 } size ? size.Split('x') : null;
        var (days, users) = asked is null ? (60, 100) : (Number(asked[0]), Number(asked[1]));
        ulong[] seeds = asked switch { null => [1, 2, 3], [_, _, var list] => [.. list.Split(',').Select(s => (ulong)Number(s))], _ => [1] };
        foreach (var seed in seeds)
            await run.RunAsync(new(seed, users, days), asked is null ? null : (at, rows) => Console.Error.Write($"\r{at:yyyy-MM-dd} {rows} rows, {watch.Elapsed.TotalSeconds:F0} s, {run.HonestShare:P2} asked, {run.CaughtShare:P2} caught"));

        output.WriteLine($"{run.Report()}\n{watch.Elapsed}, {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F1} s of CPU");
        // The runner shows a test's own output only where it fails.
        if (asked is not null) Console.Error.WriteLine($"\n{run.Report()}");
        // In the two months in which everybody begins, each user's first sign-in and first visits by another browser are most of what is asked.
        Assert.True(run.HonestShare < (days > 365 ? 0.05 : 0.07), $"{run.HonestShare:P2} of the honest sign-ins were asked.\n{run.Report()}");
        Assert.True(run.ChallengedShare < 0.05, $"{run.ChallengedShare:P2} of the honest sign-ins of users with a factor were challenged.\n{run.Report()}");
        Assert.True(run.CaughtShare > 0.99, $"{run.CaughtShare:P2} of the attacks were caught.\n{run.Report()}");
    }

    [Fact]
    public async Task EngineWithoutItsStores_DecidesAsTheWholeEngineDoes()
    {
        var size = new SimulatedWorldOptions(5, 10, 25) { AttackSignInsPerMille = 200 };
        var world = new SimulatedWorld(size);
        var (clock, compared, suspicious) = (new FakeClock(size.Start), 0, 0);
        await using var whole = new RiskHarness(o => DefaultsRun.Configure(o, world), clock, address => DefaultsRun.PlaceOf(world, address));
        await using var other = new RiskHarness(o => DefaultsRun.Configure(o, world), clock, address => DefaultsRun.PlaceOf(world, address));
        var pure = new PureEngine(other.Services);
        foreach (var row in world.Run())
        {
            if (row.At > clock.GetUtcNow()) clock.Advance(row.At - clock.GetUtcNow());
            var expected = await WholeAsync(whole, clock, row);
            var risk = await pure.StepAsync(row);
            if (expected is null) continue;
            Assert.Equal(expected.Codes, risk!.Codes);
            Assert.Equal((expected.Score, expected.IsSuspicious), (risk.Score, risk.IsSuspicious));
            compared++;
            if (risk.IsSuspicious) suspicious++;
        }

        Assert.True(compared > 300 && suspicious > 50, $"{compared} sign-ins, {suspicious} of them suspicious");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task<RiskAssessment?> WholeAsync(RiskHarness engine, FakeClock clock, SimulatedSignIn row)
    {
        for (var i = row.IsSignIn ? row.FailedPasswordsBefore : 1; i > 0; i--) await engine.FailPasswordAsync(row.User, row.Address);
        if (!row.IsSignIn) return null;
        if (row.AfterPasswordChange)
        {
            await engine.PasswordChangedAsync(row.User, wasReset: false);
            clock.Advance(PureEngine.AfterChange);
        }

        var signIn = await engine.SignInAsync(row.User, row.Address, row.Browser, row.UserAgent);
        if (signIn.IsHeld && row.CanProve) await engine.ProveAsync(signIn);
        return signIn.Made.Decision!.Risk;
    }
}
