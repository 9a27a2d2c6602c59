using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Tries to get around the gate leave a trace.</summary>
public sealed class AuditingBypassesTests
{
    [Theory]
    [InlineData("Authorization", "Bearer {0}", "/me")]
    [InlineData("Cookie", ".AspNetCore.Cookies={0}", "/me")]
    [InlineData("Cookie", ".AspNetCore.Cookies=x; a={0}", "/me?access_token={0}")]
    [InlineData("Authorization", "Bearer x", "/me?access_token={0}")]
    public async Task B109_PendingTokenAsACredential_IsAuditedForItsUser(string header, string value, string path)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;

        var reply = await client.GetAsync(path.Replace("{0}", token, StringComparison.Ordinal), (header, value.Replace("{0}", token, StringComparison.Ordinal)));

        Assert.Equal(401, reply.Status);
        var found = Assert.Single(host.Events.All, e => e.Name == MfaEventNames.BypassAttempted && e.Subject == new MfaSubject("", "alice"));
        Assert.Equal(["pending_token_as_credential"], found.Reasons);
        Assert.NotNull(found.Scheme);
        Oracles.NoLeak(host.Logs.Lines.Where(line => !line.Contains("Microsoft.AspNetCore.Hosting", StringComparison.Ordinal)), token);
    }

    [Fact]
    public async Task B109_PendingTokenAsARefreshToken_IsAuditedForItsUser()
    {
        await using var site = new IdentitySite();
        await using var host = await site.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token!;

        Assert.Equal(401, (await client.PostAsync("/identity/refresh", new { refreshToken = token })).Status);

        Assert.Equal(["pending_token_as_credential"], Assert.Single(host.Events.All, e => e.Name == MfaEventNames.BypassAttempted).Reasons);
    }

    [Fact]
    public async Task B109_SecondFirstFactorInsideThePendingSignIn_IsAudited()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        Assert.Equal(403, (await client.PostAsync("/mfa/enroll", new { mfa_token = (await client.LoginAsync("alice")).Token, method = "totp" })).Status);

        Assert.Equal(["enrollment_with_a_factor"], Assert.Single(host.Events.All, e => e.Name == MfaEventNames.BypassAttempted && e.Subject?.Id == "alice").Reasons);
    }

    [Theory]
    [InlineData("/mfa", "application/json")]
    [InlineData("/mfa/enroll", "application/json")]
    [InlineData("/mfa/challenge", "application/json")]
    [InlineData("/mfa/factors", "application/json")]
    [InlineData("/mfa/verify", "application/x-www-form-urlencoded")]
    public async Task B109_RequestOfAnotherSite_IsAudited(string path, string contentType)
    {
        await using var host = await TestHost.StartAsync(o => o.Mfa = mfa => mfa.AddUI());
        using var client = host.Client();

        Assert.Equal(403, (await client.PostTextAsync(path, "{}", contentType, ("Origin", "https://evil.example"))).Status);

        Assert.Equal(["foreign_origin"], Assert.Single(host.Events.All, e => e.Name == MfaEventNames.BypassAttempted && e.Subject is null).Reasons);
    }

    [Fact]
    public async Task CredentialsThatAreNoPendingToken_AreNotCalledABypass()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");
        var dead = (await client.LoginAsync("alice")).Token!;
        await client.PostAsync("/mfa/cancel", new { mfa_token = dead });

        foreach (var value in new[] { dead, "x", new string('A', 64), "" }) Assert.Equal(401, (await client.GetAsync("/me", ("Authorization", $"Bearer {value}"))).Status);

        Assert.DoesNotContain(host.Events.All, e => e.Name == MfaEventNames.BypassAttempted);
    }
}
