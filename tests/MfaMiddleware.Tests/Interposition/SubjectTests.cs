using System.Security.Claims;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

public sealed class SubjectTests
{
    [Fact]
    public async Task PrincipalWithoutASubject_FailsWithTheClaimTypesAndTheLine()
    {
        await using var host = await TestHost.StartAsync(o => o.Principal = user => Of(("preferred_username", user), ("upn", user)));
        using var client = host.Client();

        var reply = await client.LoginAsync("alice");

        Assert.Equal(500, reply.Status);
        Assert.Empty(reply.SetCookies);
        Assert.Contains(host.Logs.Lines, l =>
            l.Contains("preferred_username, upn", StringComparison.Ordinal) && l.Contains("SubjectClaims", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("alice", 200)]
    [InlineData("mallory", 500)]
    public async Task SubAndNameIdentifier_MustNotDiffer(string other, int status)
    {
        await using var host = await TestHost.StartAsync(o => o.Principal = user => Of(("sub", user), (ClaimTypes.NameIdentifier, other)));
        using var client = host.Client();

        var reply = await client.LoginAsync("alice");

        Assert.Equal(status, reply.Status);
        Assert.Empty(reply.SetCookies);
    }

    [Fact]
    public async Task ClaimOfTheSettings_IsTheSubject()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["SubjectClaims:0"] = "upn";
            o.Principal = user => Of(("sub", "something else"), ("upn", user));
        });
        using var client = host.Client();

        await client.LoginAsync("alice");

        Assert.Equal(1, host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInChallenged, "alice"));
    }

    [Fact]
    public async Task Realm_OfTheHostsCallback_KeepsTheFactorsOfTenantsApart()
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.UseRealm(c => c.Request.Headers["X-Tenant"].ToString()));
        using var client = host.Client();
        await host.EnrollTotpAsync("alice", "north");

        var north = await client.PostAsync("/login", new { user = "alice" }, ("X-Tenant", "north"));
        var south = await client.PostAsync("/login", new { user = "alice" }, ("X-Tenant", "south"));

        Assert.Equal((1, 0), (north.Json["methods"]!.AsArray().Count, south.Json["methods"]!.AsArray().Count));
    }

    private static ClaimsPrincipal Of(params (string Type, string Value)[] claims) =>
        new(new ClaimsIdentity(claims.Select(c => new Claim(c.Type, c.Value)), "password"));
}
