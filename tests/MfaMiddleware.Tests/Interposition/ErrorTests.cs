using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>A request that fails after the sign-in: nobody is signed in, no session waits, the host's own error page goes out.</summary>
public sealed class ErrorTests
{
    public static TheoryData<string, int, string> Handlers => new()
    {
        { "none", 500, "" },
        { "developer", 500, "the host fails" },
        { "page", 500, "the host's own page" },
        { "redirect", 302, "" },
        { "teapot", 418, "short and stout" },
    };

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task ExceptionAfterTheSignIn_IsAnsweredAsTheHostDoes(string handler, int status, string text)
    {
        await using var host = await StartAsync(
            context =>
            {
                context.Response.Headers["X-Token"] = Seam.Secret;
                throw new InvalidOperationException("the host fails");
            },
            app => _ = handler switch
            {
                "developer" => app.UseDeveloperExceptionPage(),
                "page" => app.UseExceptionHandler(e => e.Run(c => c.Response.WriteAsync("the host's own page"))),
                "redirect" => app.UseExceptionHandler(e => e.Run(c =>
                {
                    c.Response.Redirect("/sorry");
                    return Task.CompletedTask;
                })),
                "teapot" => app.UseExceptionHandler(new ExceptionHandlerOptions
                {
                    ExceptionHandler = c =>
                    {
                        c.Response.StatusCode = 418;
                        return c.Response.WriteAsync("short and stout");
                    },
                }),
                _ => app,
            },
            handler == "none" ? "Production" : "Development");
        using var client = host.Client();

        var reply = await client.GoAsync();

        Assert.Equal(status, reply.Status);
        Assert.Contains(text, reply.Body, StringComparison.Ordinal);
        NobodyWaits(host, reply);
    }

    [Theory]
    [InlineData(500, 100)]
    [InlineData(503, 500_000)]
    public async Task ServerErrorOfTheHost_IsDeliveredAsItWroteIt(int status, int size)
    {
        await using var host = await StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers["X-Hosts"] = "own";
            await context.Response.WriteAsync(new string('e', size));
        });
        using var client = host.Client();

        var reply = await client.GoAsync();

        Assert.Equal((status, size), (reply.Status, reply.Body.Length));
        Assert.True(reply.Message.Headers.Contains("X-Hosts"));
        NobodyWaits(host, reply);
    }

    [Fact]
    public async Task ClientErrorAfterTheSignIn_IsChallengedLikeAnyOther()
    {
        await using var host = await StartAsync(context =>
        {
            context.Response.StatusCode = 409;
            return context.Response.WriteAsJsonAsync(new { warning = "a second session" });
        });
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");

        var challenge = await client.GoAsync();
        var done = await host.AnswerAsync(client, challenge, device);

        Assert.Equal((200, "1"), (challenge.Status, challenge["type"]));
        Assert.Equal((409, "a second session", "0"), (done.Status, done["warning"], done["type"]));
    }

    private static Task<TestHost> StartAsync(RequestDelegate after, Action<WebApplication>? pipeline = null, string environment = "Development") => Seam.StartAsync(
        async context =>
        {
            await Seam.SignInAsync(context);
            context.Response.Cookies.Append("after", Seam.Secret);
            await after(context);
        },
        o =>
        {
            o.Pipeline = pipeline;
            o.Environment = environment;
            if (environment == "Development") return;
            o.InMemoryFactorStore = false;
            o.Mfa = mfa => DurableInName.Add(mfa);
            o.Settings["AcceptEphemeralKeys"] = "true";
        });

    private static void NobodyWaits(TestHost host, Reply reply)
    {
        Assert.Empty(reply.SetCookies);
        Seam.HoldsNoSecret(reply);
        Assert.Equal(0, host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInChallenged));
    }
}
