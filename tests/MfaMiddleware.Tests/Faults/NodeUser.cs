using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Faults;

/// <summary>A user of a node in another process: the phone app goes by a clock that is moved along with the node's.</summary>
internal sealed class NodeUser(TotpDevice device, IReadOnlyList<string> recoveryCodes, FakeClock clock)
{
    public TotpDevice Device => device;

    public IReadOnlyList<string> RecoveryCodes => recoveryCodes;

    /// <summary>Signs a new user in for the first time, and lets the code's step pass.</summary>
    public static async Task<NodeUser> EnrollAsync(NodeProcess node, MfaClient client, string name)
    {
        var clock = new FakeClock();
        var challenge = await client.LoginAsync(name);
        var started = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge.Token, method = "totp" });
        var enrollment = started.Json["enrollment"]!;
        var device = new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, clock);
        var codes = started.Json["recovery_codes"]!.AsArray().Select(code => (string)code!).ToList();
        var done = await client.PostAsync("/mfa", new { mfa_token = challenge.Token, enrollment_id = device.FactorId, code = device.Code() });
        Assert.Equal(200, done.Status);
        var user = new NodeUser(device, codes, clock);
        await user.PassStepAsync(node);
        return user;
    }

    /// <summary>The next code is another one.</summary>
    public Task PassStepAsync(NodeProcess node) => PassAsync(node, 30);

    public async Task PassAsync(NodeProcess node, int seconds)
    {
        clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal("passed", await node.SayAsync($"pass {seconds}"));
    }
}
