using System.Diagnostics;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>An app with its pending sessions on Redis; <c>admin</c> is under a rule that never asks for MFA.</summary>
internal static class RedisHosts
{
    /// <summary>A store's budget (2 s) and what a loaded machine adds to it.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(6);

    public static Task<TestHost> StartAsync(string configuration, Action<TestHostOptions>? configure = null) => TestHost.StartAsync(o =>
    {
        o.Settings["Policy:Rules:0:Role"] = "Admin";
        o.Settings["Policy:Rules:0:Mode"] = "Never";
        o.Settings["Redis:Configuration"] = configuration;
        o.Mfa = mfa => mfa.AddRedisPendingSessions();
        configure?.Invoke(o);
    });

    /// <summary>Nobody who needs MFA gets in, each is told so in time, and whoever doesn't is not held up.</summary>
    public static async Task AssertUnavailableAsync(MfaClient client, string user)
    {
        var began = TimeProvider.System.GetTimestamp();
        var reply = await client.LoginAsync(user);
        Assert.Equal((503, "temporarily_unavailable"), (reply.Status, reply.Error));
        Assert.NotNull(reply.Message.Headers.RetryAfter);
        Assert.Empty(reply.SessionCookies);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < Bound, $"It took {TimeProvider.System.GetElapsedTime(began)}.");

        var admin = await client.LoginAsync("admin");
        Assert.Equal(200, admin.Status);
        Assert.NotNull(await client.MeAsync(admin.CookieHeader));
    }

    /// <summary>Asks until each node has a challenge for who signs in: without a restart, and soon. No time passes for the app.</summary>
    public static async Task AssertIsAskedAsync(params MfaClient[] clients)
    {
        var began = Stopwatch.StartNew();
        foreach (var client in clients)
        {
            while ((await client.LoginAsync("somebody")).Status != 200)
            {
                Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"Not after {began.Elapsed}.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    /// <summary>Waits until a host has logged something: soon.</summary>
    public static async Task AssertLogsAsync(TestHost host, string text)
    {
        var began = Stopwatch.StartNew();
        while (!host.Logs.Lines.Any(l => l.Contains(text, StringComparison.Ordinal)))
        {
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"It wasn't logged: {text}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Signs in by and by, as users do, until it works again: without a restart, and soon.</summary>
    public static async Task AssertRecoversAsync(TestHost host, MfaClient client, string user, TotpDevice device)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            var challenge = await client.LoginAsync(user);
            if (challenge.Status == 200)
            {
                host.Clock.Advance(TimeSpan.FromSeconds(30));
                var answer = await client.AnswerAsync(challenge.Token, device.Code());
                if (answer.Status == 200)
                {
                    Assert.NotNull(await client.MeAsync(answer.CookieHeader));
                    return;
                }

                Assert.Equal(503, answer.Status);
            }

            Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"Still {challenge.Status} after {began.Elapsed}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
