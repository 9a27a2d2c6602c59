using MfaMiddleware.Factors;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using MfaMiddleware.Tests.TrustedDevices;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Somebody has the password and spends the account's guesses, so that the owner must wait.</summary>
public sealed class LockingOutOwnersTests
{
    [Fact]
    public async Task AttackerWithThePassword_MakesTheOwnerWaitOnAnUnknownDeviceOnlyAndBothLanesReachTheHardCap()
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var owners = (await client.AnswerAsync((await client.LoginAsync("alice")).Token, device.Code())).DeviceCookie();
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        await GuessAsync(5);
        Assert.Equal(60, await RetryAfterAsync(isKnown: false));
        await OwnerSignsInAsync();

        // The owner's success is no new row of guesses for the attacker, whose wait goes on and whose next one is longer.
        Assert.Equal(60, await RetryAfterAsync(isKnown: false));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await GuessAsync(5);
        Assert.Equal(300, await RetryAfterAsync(isKnown: false));
        await OwnerSignsInAsync();

        // Who has the device too must wait there as well.
        await GuessAsync(4, isKnown: true);
        Assert.Equal(300, await RetryAfterAsync(isKnown: false));
        await GuessAsync(1, isKnown: true);
        Assert.Equal(60, await RetryAfterAsync(isKnown: true));

        Assert.Equal(95, await GuessToTheCapAsync(FailureLane.Unknown, FailureLane.KnownDevice));
        host.Clock.Advance(TimeSpan.FromDays(30));
        foreach (var isKnown in (bool[])[false, true]) Assert.Equal(3600, await RetryAfterAsync(isKnown));
        Assert.Equal(2, host.Events.Count(MfaEventNames.AccountCapped, "alice"));

        Task<Reply> LoginAsync(bool isKnown) => client.LoginInAsync("alice", isKnown ? owners : null);

        async Task GuessAsync(int times, bool isKnown = false)
        {
            for (var i = 0; i < times; i++)
            {
                var reply = await client.AnswerAsync((await LoginAsync(isKnown)).Token, device.WrongCode(i));
                Assert.Equal((401, "invalid_code"), (reply.Status, reply.Error));
            }
        }

        async Task<double> RetryAfterAsync(bool isKnown)
        {
            var reply = await client.AnswerAsync((await LoginAsync(isKnown)).Token, device.Code());
            Assert.Equal((429, "throttled"), (reply.Status, reply.Error));
            await Oracles.NobodyIsSignedInAsync(client, reply);
            return reply.Message.Headers.RetryAfter!.Delta!.Value.TotalSeconds;
        }

        async Task OwnerSignsInAsync()
        {
            var wrong = await client.AnswerAsync((await LoginAsync(isKnown: true)).Token, device.WrongCode());
            Assert.Equal((401, "4"), (wrong.Status, wrong["attempts_remaining"]));
            Assert.Equal(200, (await client.AnswerInAsync(wrong.Token, device.Code(), owners, remember: false)).Status);
        }

        // The rest of the way without HTTP: in turns, each charge after the longest wait.
        async Task<int> GuessToTheCapAsync(params FailureLane[] lanes)
        {
            var store = host.Services.GetRequiredService<IMfaFactorStore>();
            for (var i = 0; ; i++)
            {
                host.Clock.Advance(TimeSpan.FromHours(1));
                var result = await store.ChargeAsync(new("", "alice"), "totp", lanes[i % 2], host.Clock.GetUtcNow(), MfaMiddleware.Verification.Attempts.Limits, default);
                if (result is not ChargeResult.Charged) return i;
            }
        }
    }
}
