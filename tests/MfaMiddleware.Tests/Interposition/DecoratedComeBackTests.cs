using System.Security.Claims;
using System.Text.Json;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Completion;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>
/// Authorization servers that decorate the authentication service themselves, as IdentityServer does to complete the principals that are signed
/// in: before <c>AddMfa()</c>, so that the gate wraps theirs, or after it, so that theirs wraps the gate.
/// </summary>
public sealed class DecoratedComeBackTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignIn_ComesBackThroughBothDecorators_InEitherOrder(bool isBefore)
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            CodeServer.Configure(o);
            if (isBefore) o.ServicesBefore += Decorate;
            else o.ServicesAfter = Decorate;
        });
        using var client = host.Client();
        var alice = await host.EnrollTotpAsync("alice");

        var asked = await client.GetAsync(CodeServer.Authorize);
        Assert.Equal("1", asked["type"]);
        Assert.DoesNotContain("X-Code", asked.Everything, StringComparison.Ordinal);
        var done = await client.AnswerAsync(asked.Token, alice.Code());
        var code = await client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", done.Token!));

        var claims = ClaimsOf(code);
        Assert.Equal(["local"], claims["idp"]);
        Assert.Equal(["mfa", "otp", "pwd"], claims["amr"].Order());
        // The decorator's own time of sign-in is not that of the second factor.
        Assert.Equal([host.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)], claims["auth_time"]);
        Assert.Equal("1", (await client.GetAsync(CodeServer.Authorize, ("X-MFA-Token", done.Token!)))["type"]);

        var redeemed = await client.PostAsync("/redeem", claims);
        Assert.Equal(claims["auth_time"], ClaimsOf(redeemed)["auth_time"]);
    }

    private static Dictionary<string, string[]> ClaimsOf(Reply reply) =>
        JsonSerializer.Deserialize<Dictionary<string, string[]>>(Convert.FromBase64String(reply.Message.Headers.GetValues("X-Code").Single()))!;

    private static void Decorate(IServiceCollection services)
    {
        var inner = services.Last(d => d.ServiceType == typeof(IAuthenticationService) && !d.IsKeyedService);
        services.Remove(inner);
        services.AddScoped<IAuthenticationService>(provider =>
            new Completing((IAuthenticationService)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)));
    }

    /// <summary>Adds what a principal lacks, and keeps what it has.</summary>
    private sealed class Completing(IAuthenticationService inner) : IAuthenticationService
    {
        public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) => inner.AuthenticateAsync(context, scheme);

        public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.ChallengeAsync(context, scheme, properties);

        public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.ForbidAsync(context, scheme, properties);

        public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) => inner.SignOutAsync(context, scheme, properties);

        public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties)
        {
            var identity = ((ClaimsIdentity)principal.Identity!).Clone();
            if (!identity.HasClaim(c => c.Type == "idp")) identity.AddClaim(new Claim("idp", "local"));
            if (!identity.HasClaim(c => c.Type == "auth_time")) identity.AddClaim(new Claim("auth_time", "1"));
            return inner.SignInAsync(context, scheme, new ClaimsPrincipal(identity), properties);
        }
    }
}
