using System.Buffers;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

public sealed class HeldResponseTests
{
    [Fact]
    public async Task TokensTheHostWrites_AfterTheSignIn_StayInside()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            context.Response.Headers["X-Before"] = "kept";
            context.Response.Cookies.Append("before", "kept");
            await Seam.SignInAsync(context);
            context.Response.Cookies.Append("after", Seam.Secret);
            context.Response.Headers["X-After"] = Seam.Secret;
            context.Response.Headers.ETag = $"\"{Seam.Secret}\"";
            context.Response.OnStarting(() =>
            {
                context.Response.Headers["X-Late"] = Seam.Secret;
                context.Response.Cookies.Append("late", Seam.Secret);
                return Task.CompletedTask;
            });
            await context.Response.WriteAsJsonAsync(new { token = Seam.Secret });
        });
        using var client = host.Client();

        var challenge = await client.GoAsync();

        Assert.Equal("1", challenge["type"]);
        Seam.HoldsNoSecret(challenge);
        Assert.StartsWith("before=kept", Assert.Single(challenge.SetCookies), StringComparison.Ordinal);
        Assert.Equal("kept", Assert.Single(challenge.Message.Headers.GetValues("X-Before")));
        Assert.True(challenge.Message.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task CookiesOfAfterTheSignIn_AreDeliveredAtCompletion()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            context.Response.Cookies.Append("before", "1");
            context.Response.Cookies.Delete("old");
            await Seam.SignInAsync(context);
            context.Response.Cookies.Append("after", Seam.Secret);
            context.Response.Cookies.Delete("gone");
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.GoAsync();
        var done = await host.AnswerAsync(client, challenge, device);

        Assert.Equal(["before", "old", "gone"], challenge.SetCookies.Select(c => c.Split('=')[0]));
        Assert.Contains(done.SetCookies, c => c.StartsWith("after=" + Seam.Secret, StringComparison.Ordinal));
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
    }

    [Theory]
    [InlineData(65 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task BodyOverTheBound_IsDropped(int size)
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context);
            await context.Response.WriteAsync(new string('x', size));
            await context.Response.WriteAsync(Seam.Secret);
        });
        using var client = host.Client();

        Seam.IsChallenge(await client.GoAsync());
    }

    [Fact]
    public async Task HostThatStartsAndCompletesTheResponse_SendsNothing()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context);
            await context.Response.StartAsync();
            context.Response.BodyWriter.Write(System.Text.Encoding.UTF8.GetBytes(Seam.Secret));
            await context.Response.Body.FlushAsync();
            await context.Response.CompleteAsync();
        });
        using var client = host.Client();

        Seam.IsChallenge(await client.GoAsync());
    }

    [Fact]
    public async Task HeadRequest_GetsTheHeadersOfAChallengeAndNoCookie()
    {
        await using var host = await Seam.StartAsync(context => Seam.SignInAsync(context));
        using var client = host.Client();

        var reply = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/go"));

        Assert.Equal((200, ""), (reply.Status, reply.Body));
        Assert.Empty(reply.SetCookies);
    }

    [Fact]
    public async Task SignInAfterTheResponseStarted_Throws()
    {
        Exception? thrown = null;
        await using var host = await Seam.StartAsync(async context =>
        {
            await context.Response.WriteAsync("started");
            thrown = await Record.ExceptionAsync(() => Seam.SignInAsync(context));
        });
        using var client = host.Client();

        Assert.Equal("started", (await client.GoAsync()).Body);
        Assert.Contains("response had started", Assert.IsType<InvalidOperationException>(thrown).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnflushedBytesOfBeforeTheSignIn_CountAsStarted()
    {
        Exception? thrown = null;
        await using var host = await Seam.StartAsync(async context =>
        {
            context.Response.BodyWriter.Write("x"u8);
            thrown = await Record.ExceptionAsync(() => Seam.SignInAsync(context));
        });
        using var client = host.Client();

        await client.GoAsync();
        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public async Task SignOutOfOneOfTwo_LeavesTheOther()
    {
        await using var host = await Seam.StartAsync(
            async context =>
            {
                await Seam.SignInAsync(context, scheme: "Cookies");
                await Seam.SignInAsync(context, scheme: "Second");
                await context.SignOutAsync("Cookies");
            },
            o => o.ServicesAfter = s => s.AddAuthentication().AddCookie("Second"));
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.GoAsync(), device);

        Assert.StartsWith(".AspNetCore.Second=", Assert.Single(done.SessionCookies), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(10, 200_000)]
    [InlineData(0, 200_000)]
    [InlineData(0, 0)]
    public async Task SignOutOfAll_DeliversTheHostsResponseWhole(int before, int after)
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context);
            context.Response.StatusCode = 418;
            await context.Response.WriteAsync(new string('a', before));
            await context.SignOutAsync();
            context.Response.Headers["X-Hosts"] = "yes";
            await context.Response.WriteAsync(new string('b', after));
        });
        using var client = host.Client();

        var reply = await client.GoAsync();

        Assert.Equal(418, reply.Status);
        Assert.Equal(new string('a', before) + new string('b', after), reply.Body);
        Assert.True(reply.Message.Headers.Contains("X-Hosts"));
        Assert.Equal([".AspNetCore.Cookies"], reply.SetCookies.Select(c => c.Split('=')[0]));
        Assert.Null(await client.MeAsync(reply.CookieHeader));
    }

    [Fact]
    public async Task SignOutAfterMoreThanTheBound_Fails()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context);
            await context.Response.WriteAsync(new string('a', 100_000));
            await context.SignOutAsync();
        });
        using var client = host.Client();

        Assert.Equal(500, (await client.GoAsync()).Status);
    }

    [Fact]
    public async Task SignInAgainAfterSignOut_IsChallenged()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context);
            await context.SignOutAsync();
            await Seam.SignInAsync(context);
            context.Response.Cookies.Append("after", Seam.Secret);
            await context.Response.WriteAsync(Seam.Secret);
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.GoAsync();
        var done = await host.AnswerAsync(client, challenge, device);

        Assert.Equal("1", challenge["type"]);
        Seam.HoldsNoSecret(challenge);
        Assert.NotNull(await client.MeAsync(done.CookieHeader));
    }

    [Fact]
    public async Task TwoSubjectsInOneRequest_AreRefused()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            await Seam.SignInAsync(context, "alice");
            await Seam.SignInAsync(context, "bob", BearerTokenDefaults.AuthenticationScheme);
        });
        using var client = host.Client();

        var reply = await client.GoAsync();

        Assert.Equal(500, reply.Status);
        Assert.Empty(reply.SetCookies);
    }

    [Fact]
    public async Task User_OfTheRequest_IsWhoItWasBefore()
    {
        string? inside = null;
        // The client has its answer before the last middleware ends.
        var afterwards = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await Seam.StartAsync(
            async context =>
            {
                await Seam.SignInAsync(context);
                context.User = TestHost.PrincipalOf("alice");
                inside = context.User.Identity!.Name;
            },
            o => o.ServicesBefore = s => s.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(
                new OuterMiddleware(async (context, next) =>
                {
                    await next(context);
                    afterwards.TrySetResult(context.User.Identity?.Name);
                }))));
        using var client = host.Client();

        await client.GoAsync();

        Assert.Equal(("alice", null), (inside, await afterwards.Task.WaitAsync(TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public async Task IsMfaPending_IsTrueOnceASignInWaits()
    {
        List<bool> seen = [];
        await using var host = await Seam.StartAsync(async context =>
        {
            seen.Add(context.IsMfaPending());
            await Seam.SignInAsync(context);
            seen.Add(context.IsMfaPending());
            await context.SignOutAsync();
            seen.Add(context.IsMfaPending());
        });
        using var client = host.Client();

        await client.GoAsync();

        Assert.Equal([false, true, false], seen);
    }

    [Fact]
    public async Task PrincipalChangedAfterTheSignIn_DoesNotChangeTheTicket()
    {
        await using var host = await Seam.StartAsync(async context =>
        {
            var principal = TestHost.PrincipalOf("alice");
            var properties = new AuthenticationProperties { IsPersistent = false };
            await context.SignInAsync(null, principal, properties);
            ((System.Security.Claims.ClaimsIdentity)principal.Identity!).AddClaim(new("role", "Admin"));
            properties.IsPersistent = true;
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var done = await host.AnswerAsync(client, await client.GoAsync(), device);

        Assert.False((await client.MeAsync(done.CookieHeader))!.ContainsKey("role"));
        Assert.DoesNotContain("expires", Assert.Single(done.SessionCookies), StringComparison.Ordinal);
    }
}
