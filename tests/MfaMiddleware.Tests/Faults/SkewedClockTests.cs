using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Methods.Hotp;
using Xunit;

namespace MfaMiddleware.Tests.Faults;

public sealed class SkewedClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task C28_ClockThatJumpsByADay_TakesNoOldCodeAndNoneOfAnAppUntilItIsRightAndHarmsNoTokenAndNoKey(int days)
    {
        var jump = TimeSpan.FromDays(days);
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            HotpHost.Use(o);
            o.Settings["Methods:Totp:Enabled"] = "true";
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        var alice = await host.EnrollTotpAsync("alice");
        var bob = await HotpHost.EnrollAsync(client, host, "bob");
        await FidoHost.EnrollAsync(client, key, "carol");
        var used = alice.Code();
        Assert.Equal(200, (await SignInAsync(client, "alice", used)).Status);
        host.Clock.Advance(TimeSpan.FromMinutes(1));

        host.Clock.Jump(jump);

        // The app goes by the true time; the step that the host takes for the present one is yesterday's, or nobody's yet.
        Assert.Equal(401, (await SignInAsync(client, "alice", alice.CodeAt(host.Clock.GetUtcNow() - jump))).Status);
        Assert.Equal(401, (await SignInAsync(client, "alice", used)).Status);
        if (days < 0) Assert.Equal(401, (await SignInAsync(client, "alice", alice.Code())).Status);
        Assert.Equal(200, (await SignInAsync(client, "bob", bob.Press())).Status);
        Assert.Equal(200, (await FidoHost.SignInAsync(client, key, "carol")).Status);
        Assert.Equal(days < 0, host.Events.All.Any(e => e is { Name: MfaEventNames.AnswerRejected, Reasons: ["clock_skew"] }));
        Assert.Single(Skews(host), line => line.Contains($"by {jump:c}", StringComparison.Ordinal));

        host.Clock.Jump(-jump);
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(401, (await SignInAsync(client, "alice", used)).Status);
        Assert.Equal(200, (await SignInAsync(client, "alice", alice.Code())).Status);
        Assert.Equal(200, (await SignInAsync(client, "bob", bob.Press())).Status);
        Assert.Equal(200, (await FidoHost.SignInAsync(client, key, "carol")).Status);
        Assert.Equal(2, Skews(host).Count);
    }

    private static async Task<Reply> SignInAsync(MfaClient client, string user, string code) => await client.AnswerAsync((await client.LoginAsync(user)).Token, code);

    private static List<string> Skews(TestHost host) =>
        [.. host.Logs.Lines.Where(line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("clock skew", StringComparison.Ordinal))];
}
