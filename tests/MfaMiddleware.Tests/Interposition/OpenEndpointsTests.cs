using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>Who must answer a challenge isn't signed in yet: no policy of the host stands in the way.</summary>
public sealed class OpenEndpointsTests
{
    [Fact]
    public async Task FallbackPolicyAndGlobalFilter_LeaveThePendingStageOpen()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.ServicesAfter = s =>
            {
                s.AddControllers(mvc => mvc.Filters.Add(new AuthorizeFilter()));
                s.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            };
            o.Endpoints = app =>
            {
                app.MapControllers();
                app.MapPost("/in", (HttpContext context) => Seam.SignInAsync(context)).AllowAnonymous();
            };
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        Assert.Equal(302, (await client.GetAsync("/plain")).Status);
        var challenge = await client.PostAsync("/in", new { });
        Assert.Equal(200, (await client.GetAsync("/mfa/session", ("X-MFA-Token", challenge.Token!))).Status);
        Assert.Equal(200, (await host.AnswerAsync(client, challenge, device)).Status);
    }
}
