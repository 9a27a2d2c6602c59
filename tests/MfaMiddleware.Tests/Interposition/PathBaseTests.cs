using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>An app below a path base: who set it takes it back before the challenge is written.</summary>
public sealed class PathBaseTests
{
    [Fact]
    public async Task Challenge_OfABrowser_IsAnsweredBelowThePathBase()
    {
        await using var host = await StartAsync(context => Seam.SignInAsync(context));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.SendAsync(new(HttpMethod.Post, "/shop/go"), ("Accept", "text/html"));
        var page = challenge.Message.Headers.Location!.ToString();
        Assert.StartsWith("/shop/mfa/verify?id=", page, StringComparison.Ordinal);

        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var done = await client.PostTextAsync(page, "code=" + device.Code(), "application/x-www-form-urlencoded", ("Cookie", challenge.CookieHeader));

        Assert.Equal((302, "/shop/"), (done.Status, done.Message.Headers.Location?.ToString()));
        Assert.Equal(200, (await client.GetAsync("/shop/me", ("Cookie", done.CookieHeader))).Status);
    }

    [Fact]
    public async Task ReturnUrl_IncludesThePathBase()
    {
        await using var host = await StartAsync(context => Seam.SignInAsync(context));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.PostAsync("/shop/go", new { });
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        var done = await client.PostAsync("/shop/mfa", new { mfa_token = challenge.Token, code = device.Code() });

        Assert.Equal("/shop/", done["return_url"]);
    }

    [Fact]
    public async Task PathBaseOfTheRequest_IsTakenBackAfterwards()
    {
        string? afterwards = null;
        await using var host = await StartAsync(context => Seam.SignInAsync(context), async (context, next) =>
        {
            await next(context);
            afterwards = context.Request.PathBase.Value;
        });
        using var client = host.Client();

        await client.PostAsync("/shop/go", new { });

        Assert.Equal("", afterwards);
    }

    private static Task<TestHost> StartAsync(RequestDelegate go, Func<HttpContext, RequestDelegate, Task>? outer = null) => Seam.StartAsync(go, o =>
    {
        o.Mfa = mfa => mfa.Services.AddSingleton<IMfaPages, TestPages>();
        o.Pipeline = app =>
        {
            app.UsePathBase("/shop");
            app.UseRouting();
        };
        if (outer is not null) o.ServicesBefore = s => s.AddSingleton<Microsoft.AspNetCore.Hosting.IStartupFilter>(new OuterMiddleware(outer));
    });
}
