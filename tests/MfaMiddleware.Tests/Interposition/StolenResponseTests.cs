using System.Net;
using System.Text;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>Middleware that starts the response of a held sign-in by itself: it gets the challenge sent in its place, or nothing.</summary>
public sealed class StolenResponseTests
{
    public static TheoryData<HttpProtocols, bool> Servers => new()
    {
        { HttpProtocols.Http1, false }, { HttpProtocols.Http1, true }, { HttpProtocols.Http2, false }, { HttpProtocols.Http2, true },
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task RewriterOfBodies_GetsTheChallengeSentInItsPlace(HttpProtocols protocol, bool compressed)
    {
        await using var host = await StartAsync(protocol, compressed, app => app.Use(SignatureAppender.InvokeAsync));
        using var client = Client(host, protocol);

        await ChallengeOrNothingAsync(host, client);
        // A compressor may start the response on a stack of its own, where whoever wrote to it can't be seen any more.
        if (!compressed) Assert.Contains(host.Logs.Lines, line => IsReport(line) && line.Contains(nameof(SignatureAppender), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WriterThatKeptTheBodyOfBefore_GetsNothingThrough(HttpProtocols protocol, bool compressed)
    {
        await using var host = await StartAsync(protocol, compressed, app => app.Use(async (context, next) =>
        {
            var body = context.Response.Body;
            await next(context);
            await body.WriteAsync(Encoding.UTF8.GetBytes(Seam.Secret));
        }));
        using var client = Client(host, protocol);

        await ChallengeOrNothingAsync(host, client);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WriterThatKeptThePipeOfBefore_GetsNothingThrough(HttpProtocols protocol, bool compressed)
    {
        await using var host = await StartAsync(protocol, compressed, app => app.Use(async (context, next) =>
        {
            var writer = context.Response.BodyWriter;
            await next(context);
            System.Buffers.BuffersExtensions.Write(writer, Encoding.UTF8.GetBytes(Seam.Secret));
        }));
        using var client = Client(host, protocol);

        await ChallengeOrNothingAsync(host, client);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task WriterOfAnErrorThroughTheBodyOfBefore_EndsTheConnection(HttpProtocols protocol, bool compressed)
    {
        await using var host = await StartAsync(protocol, compressed, app => app.Use(async (context, next) =>
        {
            var body = context.Response.Body;
            await next(context);
            context.Response.StatusCode = 500;
            await body.WriteAsync(Encoding.UTF8.GetBytes(Seam.Secret));
            await body.FlushAsync();
        }));
        using var client = Client(host, protocol);

        await ChallengeOrNothingAsync(host, client);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Compression_SendsTheChallenge(HttpProtocols protocol, bool compressed)
    {
        await using var host = await StartAsync(protocol, compressed, _ => { });
        using var client = Client(host, protocol);

        var challenge = await client.GoAsync(("Accept-Encoding", "identity"));

        Seam.HoldsNoSecret(challenge);
        Assert.Equal((200, "1", "before=1; path=/"), (challenge.Status, challenge["type"], challenge.SetCookies.Single()));
        Assert.DoesNotContain(host.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UpgradeToAWebSocket_IsAborted()
    {
        await using var host = await Seam.StartAsync(
            async context =>
            {
                await Seam.SignInAsync(context);
                context.Response.Headers["X-Token"] = Seam.Secret;
                await context.WebSockets.AcceptWebSocketAsync();
            },
            o => o.Pipeline = app => app.UseWebSockets());
        using var socket = new System.Net.WebSockets.ClientWebSocket();

        await Assert.ThrowsAnyAsync<Exception>(() => socket.ConnectAsync(new UriBuilder(host.LoopbackAddress) { Scheme = "ws", Path = "/go" }.Uri, default));
        Assert.NotEqual(System.Net.WebSockets.WebSocketState.Open, socket.State);
    }

    private static Task<TestHost> StartAsync(HttpProtocols protocol, bool compressed, Action<WebApplication> pipeline) => Seam.StartAsync(
        async context =>
        {
            context.Response.Cookies.Append("before", "1");
            await Seam.SignInAsync(context);
            context.Response.Cookies.Append("after", Seam.Secret);
            context.Response.Headers["X-Token"] = Seam.Secret;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync($"<p>{Seam.Secret}</p>");
        },
        o =>
        {
            o.Protocols = protocol;
            o.ServicesAfter = s => s.AddResponseCompression(c => (c.EnableForHttps, c.MimeTypes) = (true, ResponseCompressionDefaults.MimeTypes));
            o.Pipeline = app =>
            {
                if (compressed) app.UseResponseCompression();
                pipeline(app);
            };
        });

    private static MfaClient Client(TestHost host, HttpProtocols protocol)
    {
        var client = host.Client();
        if (protocol != HttpProtocols.Http2) return client;
        (client.Http.DefaultRequestVersion, client.Http.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        return client;
    }

    /// <summary>Either the whole challenge came, or the connection ended; what the host wrote came in neither case.</summary>
    private static async Task ChallengeOrNothingAsync(TestHost host, MfaClient client)
    {
        Reply? reply = null;
        try
        {
            reply = await client.GoAsync(("Accept-Encoding", "gzip"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The connection ended.
        }

        // It is logged before the client sees anything.
        Assert.Single(host.Logs.Lines, IsReport);
        Assert.Equal((0, 0), (host.Events.Count(MfaEventNames.SignInPassed), host.Events.Count(MfaEventNames.SignInCompleted)));
        if (reply is null) return;
        Assert.Null(await client.MeAsync(reply.CookieHeader));
        Seam.HoldsNoSecret(reply);
        Assert.StartsWith("before=1", Assert.Single(reply.SetCookies), StringComparison.Ordinal);
        Assert.DoesNotContain("gzip", reply.Message.Content.Headers.ContentEncoding);
        Assert.Equal("1", reply["type"]);
    }

    /// <summary>That somebody started the response, or wrote past it.</summary>
    private static bool IsReport(string line) =>
        line.StartsWith("Error MfaMiddleware.Interposition.HeldSignInResponder[121]", StringComparison.Ordinal)
        || line.StartsWith("Error MfaMiddleware.Interposition.HeldSignInResponder[123]", StringComparison.Ordinal);

    /// <summary>Buffers the body, and writes it with a line of its own.</summary>
    private static class SignatureAppender
    {
        public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
        {
            var original = context.Response.Body;
            using var buffer = new MemoryStream();
            context.Response.Body = buffer;
            await next(context);
            context.Response.Body = original;
            buffer.Position = 0;
            await buffer.CopyToAsync(original);
            await original.WriteAsync(Encoding.UTF8.GetBytes("<!-- " + Seam.Secret + " -->"));
        }
    }
}
