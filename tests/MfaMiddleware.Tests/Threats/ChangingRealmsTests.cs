using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>
/// A thief with the password signs in to a realm where the user has no factor, sets one up there, and brings the session to the realm where the user
/// has one: no session from before adoption, which would be kept.
/// </summary>
public sealed class ChangingRealmsTests
{
    private static readonly (string, string) Here = ("X-Tenant", "here");
    private static readonly (string, string) Elsewhere = ("X-Tenant", "elsewhere");

    [Theory]
    [InlineData("Keep")]
    [InlineData("End")]
    public async Task SessionOfAnotherRealm_OpensNothingHere(string existingSessions)
    {
        await using var host = await StartAsync(existingSessions);
        using var client = host.Client();
        await host.EnrollTotpAsync("alice", "here");

        var cookie = ("Cookie", (await EnrollElsewhereAsync(client, host, "/login", "alice")).CookieHeader);
        var bearer = ("Authorization", $"Bearer {(await EnrollElsewhereAsync(client, host, "/token", "bob"))["accessToken"]}");

        foreach (var session in new[] { cookie, bearer })
        {
            Assert.Equal(200, (await client.GetAsync("/me", session, Elsewhere)).Status);
            Assert.Equal(401, (await client.GetAsync("/me", session, Here)).Status);
            Assert.Equal("login_required", (await client.GetAsync("/mfa/factors", session, Here)).Error);
            Assert.Equal("login_required", (await client.PostAsync("/mfa/step-up", new { }, session, Here)).Error);
        }

        var challenged = await client.PostAsync("/login", new { user = "alice" }, cookie, Here);
        Assert.Equal("1", challenged["type"]);
        await Oracles.NobodyIsSignedInAsync(client, challenged);
    }

    private static Task<TestHost> StartAsync(string existingSessions) => TestHost.StartAsync(o =>
    {
        o.Settings["ExistingSessions"] = existingSessions;
        o.Mfa = mfa => mfa.UseRealm(context => context.Request.Headers["X-Tenant"].ToString());
    });

    private static async Task<Reply> EnrollElsewhereAsync(MfaClient client, TestHost host, string path, string user)
    {
        var token = (await client.PostAsync(path, new { user }, Elsewhere)).Token;
        var enrollment = (await client.PostAsync("/mfa/enroll", new { mfa_token = token, method = "totp" }, Elsewhere)).Json["enrollment"]!;
        var device = new TotpDevice((string)enrollment["id"]!, (string)enrollment["secret"]!, host.Clock);
        return await client.PostAsync("/mfa", new { mfa_token = token, enrollment_id = device.FactorId, code = device.Code() }, Elsewhere);
    }
}
