using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Enrollment;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>A session with a proof spares another sign-in of the same browser and user the challenge.</summary>
public sealed class ProofReuseTests
{
    [Theory]
    [InlineData(11 * 60 + 59, false)]
    [InlineData(12 * 60, true)]
    public async Task Proof_IsReusedForTwelveHours(int minutes, bool challenged)
    {
        await using var host = await TestHost.StartAsync();
        await ExpectAsync(host, TimeSpan.FromMinutes(minutes), challenged);
    }

    [Fact]
    public async Task Proof_IsCopiedAndNeverRenewed()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var (cookies, _) = await StampTests.SignInAsync(host, client);

        host.Clock.Advance(TimeSpan.FromHours(11));
        var second = await client.PostAsync("/login", new { user = "alice" }, ("Cookie", cookies));
        host.Clock.Advance(TimeSpan.FromHours(2));
        var third = await client.PostAsync("/login", new { user = "alice" }, ("Cookie", second.CookieHeader));

        Assert.Equal("alice", second["welcome"]);
        Assert.Equal("1", third["type"]);
    }

    [Fact]
    public async Task Proof_OfACookieSession_SparesATokenTheChallenge()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var (cookies, _) = await StampTests.SignInAsync(host, client);

        var token = await client.PostAsync("/token", new { user = "alice" }, ("Cookie", cookies));

        Assert.NotNull(token["accessToken"]);
    }

    [Fact]
    public async Task Proof_OfAnotherUser_IsNone()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var (cookies, _) = await StampTests.SignInAsync(host, client);

        Seam.IsChallenge(await client.PostAsync("/login", new { user = "bob" }, ("Cookie", cookies)));
    }

    [Fact]
    public async Task Proof_OfAnotherRealm_IsNone()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa =>
            mfa.UseRealm(c => c.Request.Headers["X-Tenant"].ToString()));
        using var client = host.Client();
        var (cookies, _) = await StampTests.SignInAsync(host, client);

        Seam.IsChallenge(await client.PostAsync("/login", new { user = "alice" }, ("Cookie", cookies), ("X-Tenant", "other")));
    }

    [Theory]
    [InlineData("MaxAge", "00:10:00", 9, false)]
    [InlineData("MaxAge", "00:10:00", 10, true)]
    [InlineData("MaxAge", "00:00:00", 0, true)]
    [InlineData("MinimumStrength", "Otp", 9, false)]
    public async Task RuleOfTheHost_OverrulesTheReuse(string key, string value, int minutes, bool challenged)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Rules:0:Scheme"] = "Cookies";
            o.Settings["Policy:Rules:0:" + key] = value;
        });
        await ExpectAsync(host, TimeSpan.FromMinutes(minutes), challenged);
    }

    [Fact]
    public async Task ProofTooWeakForARule_IsNone()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Rules:0:Path"] = "/token";
            o.Settings["Policy:Rules:0:MinimumStrength"] = "PhishingResistant";
            o.Mfa = mfa => mfa.AddMethod<KeyMethod>();
        });
        using var client = host.Client();
        var (cookies, _) = await StampTests.SignInAsync(host, client);

        var token = await client.PostAsync("/token", new { user = "alice" }, ("Cookie", cookies));

        // Alice has no key that could be asked for: what she has is asked for once more before she may set one up.
        Assert.Equal(("1", "[]", "totp"), (token["type"], token["enroll"], (string)token.Json["methods"]![0]!["method"]!));
    }

    private static async Task ExpectAsync(TestHost host, TimeSpan later, bool challenged)
    {
        using var client = host.Client();
        var (cookies, _) = await StampTests.SignInAsync(host, client);
        host.Clock.Advance(later);

        var again = await client.PostAsync("/login", new { user = "alice" }, ("Cookie", cookies));

        Assert.Equal(challenged, again["type"] == "1");
        Assert.Equal(challenged, again.SetCookies.Count == 0);
    }
}
