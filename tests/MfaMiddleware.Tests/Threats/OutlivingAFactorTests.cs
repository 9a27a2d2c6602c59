using System.Text.Json.Nodes;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Sessions of a thief, or by a factor that was stolen: they must not outlive the owner's change of the factors.</summary>
public sealed class OutlivingAFactorTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Changes => new("add", "remove", "replace codes", "use a recovery code");

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task B055_ChangeOfFactors_TakesTheProofOfTheOtherSessions(string change)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var stays = await host.EnrollTotpAsync("alice");
        var others = await SignInAsync(client, host, stays);
        var bearer = await BearerAsync(client, host, stays);
        Assert.Equal("""["urn:mfa:2"]""", (await client.MeAsync(others))!["acr"]!.ToJsonString());

        var own = await ChangeAsync(client, host, alice, change);

        // The session that made the change keeps its proof; the others live on at the level of the password.
        Assert.Contains("mfa", AmrOf(await client.MeAsync(own)), StringComparison.Ordinal);
        foreach (var me in new[] { await client.MeAsync(others), (await client.GetAsync("/me", bearer)).Json })
        {
            Assert.Equal("""["pwd"]""", AmrOf(me));
            Assert.Equal("""["urn:mfa:1"]""", me!["acr"]!.ToJsonString());
        }

        var refused = await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{stays.FactorId}"), ("Cookie", others));
        Assert.Equal((401, "insufficient_user_authentication"), (refused.Status, refused.Error));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task B055_ChangeOfFactors_EndsTheOtherSessionsWhereTheHostWantsIt(string change)
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["OtherSessions"] = "End");
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var others = await SignInAsync(client, host, alice.Device);
        var bearer = await BearerAsync(client, host, alice.Device);
        Assert.NotNull(await client.MeAsync(others));

        var own = await ChangeAsync(client, host, alice, change);

        Assert.NotNull(await client.MeAsync(own));
        Assert.Null(await client.MeAsync(others));
        Assert.Equal(401, (await client.GetAsync("/me", bearer)).Status);
    }

    [Fact]
    public async Task B055_RefreshTokenFromBeforeTheChange_BringsNoProofBack()
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync();
        using var client = host.Client();
        var (tokens, device) = await IdentityTokensAsync(client, host, await site.AddUserAsync(host, "alice@example.com"));

        await RemoveAsync(client, tokens, device);
        var refreshed = await client.PostAsync("/identity/refresh", new { refreshToken = tokens["refreshToken"] });

        Assert.Equal(200, refreshed.Status);
        var me = (await client.GetAsync("/identity/me", ("Authorization", $"Bearer {refreshed["accessToken"]}"))).Json;
        Assert.Equal("""["urn:mfa:1"]""", me["acr"]!.ToJsonString());
    }

    [Fact]
    public async Task B055_RefreshTokenFromBeforeTheChange_IsChallengedWhereSessionsEnd()
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync(o => o.Settings["OtherSessions"] = "End");
        using var client = host.Client();
        var (tokens, device) = await IdentityTokensAsync(client, host, await site.AddUserAsync(host, "alice@example.com"));

        await RemoveAsync(client, tokens, device);
        var refreshed = await client.PostAsync("/identity/refresh", new { refreshToken = tokens["refreshToken"] });

        Assert.Equal("1", refreshed["type"]);
        Assert.DoesNotContain("accessToken", refreshed.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Downgrade")]
    [InlineData("End")]
    public async Task ProofOnItsWayBack_PassesNothingOnceItsFactorIsGone(string mode)
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["OtherSessions"] = mode);
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var stolen = await host.EnrollTotpAsync("alice");
        var challenge = (await client.LoginAsync("alice")).Token;
        var proof = (await client.PostAsync("/mfa", new { mfa_token = challenge, code = stolen.Code(), exchange = true })).Token!;
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        await ChangeAsync(client, host, alice with { Device = stolen }, "remove", by: alice.Device);
        var repeated = await client.PostAsync("/login", new { user = "alice" }, ("X-MFA-Token", proof));

        Assert.Equal("1", repeated["type"]);
        await Oracles.NobodyIsSignedInAsync(client, repeated);
    }

    [Fact]
    public async Task ChangeOnAnotherNode_IsSeenWithinTheInterval()
    {
        await using var database = new SharedDatabase();
        await using var one = await database.StartNodeAsync();
        await using var two = await database.StartNodeAsync();
        using var here = one.Client();
        using var there = two.Client();
        var alice = await here.EnrollAsync(one, "alice");
        var others = await SignInAsync(there, two, alice.Device);
        Assert.Contains("mfa", AmrOf(await there.MeAsync(others)), StringComparison.Ordinal);

        await ChangeAsync(here, one, alice, "remove");
        database.Clock.Advance(Minute);

        Assert.DoesNotContain("mfa", AmrOf(await there.MeAsync(others)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionWithoutAProof_EndsTooWhereSessionsEnd()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["OtherSessions"] = "End";
            o.Settings["Policy:Rules:0:Path"] = "/form";
            o.Settings["Policy:Rules:0:Mode"] = "Never";
        });
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var thief = (await client.PostTextAsync("/form", "user=alice", "application/x-www-form-urlencoded")).CookieHeader;
        Assert.NotNull(await client.MeAsync(thief));

        await ChangeAsync(client, host, alice, "replace codes");

        Assert.Null(await client.MeAsync(thief));
    }

    [Fact]
    public async Task Keep_LeavesTheOtherSessionsAsTheyAre()
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["OtherSessions"] = "Keep");
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var others = await SignInAsync(client, host, alice.Device);

        await ChangeAsync(client, host, alice, "remove");

        Assert.Contains("mfa", AmrOf(await client.MeAsync(others)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreThatIsDown_LeavesNoProofAndEndsNoSession()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["OtherSessions"] = "End";
            o.ServicesAfter = CountingFactorStore.Use;
        });
        using var client = host.Client();
        var alice = await client.EnrollAsync(host, "alice");
        var session = alice.SignedIn.CookieHeader;
        Assert.Contains("mfa", AmrOf(await client.MeAsync(session)), StringComparison.Ordinal);
        host.Clock.Advance(Minute);

        var store = host.Services.GetRequiredService<CountingFactorStore>();
        store.IsDown = true;
        Assert.Equal("""["pwd"]""", AmrOf(await client.MeAsync(session)));

        store.IsDown = false;
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("mfa", AmrOf(await client.MeAsync(session)), StringComparison.Ordinal);
    }

    private static string AmrOf(JsonObject? me) => me!["amr"]!.ToJsonString();

    private static async Task<string> SignInAsync(MfaClient client, TestHost host, TotpDevice device)
    {
        var done = await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code());
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        return done.CookieHeader;
    }

    private static async Task<(string, string)> BearerAsync(MfaClient client, TestHost host, TotpDevice device)
    {
        var done = await client.AnswerAsync((await client.PostAsync("/token", new { user = "alice" })).Token, device.Code());
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        return ("Authorization", $"Bearer {done["accessToken"]}");
    }

    /// <summary>Makes the change in a session of its own.</summary>
    /// <returns>The cookies of that session.</returns>
    private static async Task<string> ChangeAsync(MfaClient client, TestHost host, EnrolledUser user, string change, TotpDevice? by = null)
    {
        var challenge = (await client.LoginAsync("alice")).Token;
        if (change == "use a recovery code") return (await client.AnswerAsync(challenge, user.RecoveryCodes[0])).CookieHeader;

        var cookie = (await client.AnswerAsync(challenge, (by ?? user.Device).Code())).CookieHeader;
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var done = change switch
        {
            "add" => await AddAsync(client, host, cookie),
            "remove" => await client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{user.Device.FactorId}"), ("Cookie", cookie)),
            _ => await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", cookie)),
        };
        Assert.InRange(done.Status, 200, 204);
        return done.CookieHeader;
    }

    private static async Task<Reply> AddAsync(MfaClient client, TestHost host, string cookie)
    {
        var enrollment = (await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookie))).Json["enrollment"]!;
        var device = new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, host.Clock);
        return await client.PostAsync($"/mfa/factors/{device.FactorId}/verify", new { code = device.Code() }, ("Cookie", cookie));
    }

    private static async Task<(Reply Tokens, TotpDevice Device)> IdentityTokensAsync(MfaClient client, TestHost host, string subject)
    {
        var device = await host.EnrollTotpAsync(subject);
        var challenge = await client.PostAsync("/identity/login", new { email = "alice@example.com", password = IdentitySite.Password });
        var tokens = await client.AnswerAsync(challenge.Token, device.Code());
        Assert.NotNull(tokens["refreshToken"]);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        return (tokens, device);
    }

    private static async Task RemoveAsync(MfaClient client, Reply tokens, TotpDevice device)
    {
        var removed = await client.SendAsync(
            new HttpRequestMessage(HttpMethod.Delete, $"/mfa/factors/{device.FactorId}"), ("Authorization", $"Bearer {tokens["accessToken"]}"));
        Assert.Equal(204, removed.Status);
    }
}
