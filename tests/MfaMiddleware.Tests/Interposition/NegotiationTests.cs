using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>How a client is challenged: each test shows the stronger sign beside all the weaker ones.</summary>
public sealed class NegotiationTests
{
    private static readonly (string, string) Ajax = ("X-Requested-With", "XMLHttpRequest");
    private static readonly (string, string) Htmx = ("HX-Request", "true");
    private static readonly (string, string) Html = ("Accept", "text/html,*/*");

    [Theory]
    [InlineData(MfaChallengeForm.Json, 200)]
    [InlineData(MfaChallengeForm.Page, 303)]
    public async Task MetadataOfTheHost_OverrulesTheRequest(MfaChallengeForm form, int status)
    {
        await using var host = await StartAsync(endpoint => endpoint.WithMfaChallenge(form));
        using var client = host.Client();

        // A token request of a browser: everything else would lead elsewhere.
        var asksForPage = await client.PostTextAsync("/go", "grant_type=password", "application/x-www-form-urlencoded", Html);
        Assert.Equal(status, asksForPage.Status);
    }

    [Fact]
    public async Task TokenRequest_GetsTheOAuthErrorWithTheSameMembers()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var reply = await client.PostTextAsync("/go", "grant_type=password&username=alice", "application/x-www-form-urlencoded", Ajax, Htmx, Html);

        Assert.Equal((403, "mfa_required"), (reply.Status, reply.Error));
        Assert.NotNull(reply["error_description"]);
        Assert.Equal("totp", (string)reply.Json["methods"]![0]!["method"]!);
        Assert.NotNull(reply.Json["attempts_remaining"]);
        Assert.Equal(200, (await host.AnswerAsync(client, reply, device)).Status);
    }

    [Fact]
    public async Task EndpointForClientsThatFollowNoRedirect_GetsJson()
    {
        await using var host = await StartAsync(endpoint => endpoint.DisableCookieRedirect());
        using var client = host.Client();

        Assert.Equal((200, "1"), await StatusAndTypeAsync(client.PostTextAsync("/go", "user=alice", "application/x-www-form-urlencoded", Htmx, Html)));
    }

    [Fact]
    public async Task JsonBody_GetsJson()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        Assert.Equal((200, "1"), await StatusAndTypeAsync(client.PostTextAsync("/go", "{}", "application/json", Htmx, Html)));
    }

    [Fact]
    public async Task AjaxRequest_GetsJson()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        Assert.Equal((200, "1"), await StatusAndTypeAsync(client.PostTextAsync("/go", "user=alice", "application/x-www-form-urlencoded", Ajax, Htmx, Html)));
    }

    [Fact]
    public async Task HtmxRequest_GetsARedirectThatItFollowsAsANavigation()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        var reply = await client.PostTextAsync("/go", "user=alice", "application/x-www-form-urlencoded", Htmx, Html);

        Assert.Equal((200, ""), (reply.Status, reply.Body));
        Assert.StartsWith("/mfa/setup?id=", Assert.Single(reply.Message.Headers.GetValues("HX-Redirect")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatTakesHtml_IsRedirectedToThePage()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        await host.EnrollTotpAsync("alice");

        var reply = await client.PostTextAsync("/go", "user=alice", "application/x-www-form-urlencoded", Html);

        Assert.Equal((303, ""), (reply.Status, reply.Body));
        Assert.StartsWith("/mfa/verify?id=", reply.Message.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("; httponly", Assert.Single(reply.SetCookies), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AnyOtherClient_GetsJson()
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        Assert.Equal((200, "1"), await StatusAndTypeAsync(client.PostTextAsync("/go", "user=alice", "application/x-www-form-urlencoded", ("Accept", "*/*"))));
    }

    [Fact]
    public async Task WithoutPages_ABrowserGetsJson_AndTheLogSaysOnceWhatIsMissing()
    {
        await using var host = await Seam.StartAsync(context => Seam.SignInAsync(context));
        using var client = host.Client();

        Assert.Equal((200, "1"), await StatusAndTypeAsync(client.PostTextAsync("/go", "{}", "application/json", Html)));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("AddUI()", StringComparison.Ordinal));
        Assert.Equal((200, "1"), await StatusAndTypeAsync(client.PostTextAsync("/go", "user=alice", "application/x-www-form-urlencoded", Html)));
        Assert.Equal((200, "1"), await StatusAndTypeAsync(client.PostTextAsync("/go", "user=alice", "application/x-www-form-urlencoded", Html)));

        Assert.StartsWith("Warning", Assert.Single(host.Logs.Lines, line => line.Contains("AddUI()", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(202)]
    public async Task StatusOfAChallenge_IsTheOneOfTheSettings(int status)
    {
        await using var host = await TestHost.StartAsync(o => o.Settings["ChallengeStatusCode"] = $"{status}");
        using var client = host.Client();

        Assert.Equal(status, (await client.LoginAsync("alice")).Status);
    }

    private static async Task<(int, string?)> StatusAndTypeAsync(Task<Reply> reply) => ((await reply).Status, (await reply)["type"]);

    private static Task<TestHost> StartAsync(Action<IEndpointConventionBuilder>? endpoint = null) => TestHost.StartAsync(o =>
    {
        o.Mfa = mfa => mfa.Services.AddSingleton<IMfaPages, TestPages>();
        o.Endpoints = app =>
        {
            var go = app.MapPost("/go", async (HttpContext context) =>
            {
                if (context.Request.HasFormContentType) await context.Request.ReadFormAsync();
                await Seam.SignInAsync(context);
                context.Response.Redirect("/home");
            });
            endpoint?.Invoke(go);
        };
    });
}
