using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.StepUp;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints;

/// <summary>A store that is down while somebody signed in steps up or changes factors: 503 with the time to wait, and nothing has happened.</summary>
public sealed class UnavailableFilterTests
{
    [Fact]
    public async Task FactorStoreDown_Is503ForEveryStepUpAndChange()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());
        var before = await FactorsAsync(client, cookies);
        var enrollment = await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies));
        var challenge = await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies));
        var store = host.Services.GetRequiredService<CountingFactorStore>();
        var app = new TotpDevice((string)enrollment.Json["enrollment"]!["id"]!, (string)enrollment.Json["enrollment"]!["secret"]!, host.Clock);
        host.Clock.Advance(TimeSpan.FromSeconds(30));

        store.IsDown = true;
        Are503(await RequestsAsync(client, cookies, device.FactorId));
        Are503(
        [
            await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", cookies)),
            await client.PostAsync($"/mfa/factors/{app.FactorId}/verify", new { code = app.Code() }, ("Cookie", cookies)),
        ]);
        store.IsDown = false;

        Assert.Equal(before, await FactorsAsync(client, cookies));
        NothingHappened(host);
        // What had begun goes on, and no attempt was spent.
        Assert.Equal("5", (await client.GetAsync("/mfa/session", ("X-MFA-Token", challenge.Token!)))["attempts_remaining"]);
        Assert.Equal(200, (await client.PostAsync("/mfa", new { mfa_token = challenge.Token, code = device.Code() }, ("Cookie", cookies))).Status);
        Assert.Equal(200, (await client.PostAsync($"/mfa/factors/{app.FactorId}/verify", new { code = app.Code() }, ("Cookie", cookies))).Status);
    }

    [Theory]
    [InlineData(nameof(IMfaFactorStore.TryRemoveFactorAsync))]
    [InlineData(nameof(IMfaFactorStore.TryUpdateAsync))]
    [InlineData(nameof(IMfaFactorStore.TryReplaceCodesAsync))]
    public async Task FactorStoreThatFailsAtTheChangeItself_Is503(string verb)
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());
        host.Services.GetRequiredService<CountingFactorStore>().FailsAt = verb;

        var reply = verb switch
        {
            nameof(IMfaFactorStore.TryRemoveFactorAsync) => await client.DeleteAsync($"/mfa/factors/{device.FactorId}", cookies),
            nameof(IMfaFactorStore.TryUpdateAsync) => await client.PatchAsync($"/mfa/factors/{device.FactorId}", new { name = "Mine" }, cookies),
            _ => await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", cookies)),
        };

        Are503([reply]);
        NothingHappened(host);
    }

    [Fact]
    public async Task PendingSessionStoreDown_Is503WhereASessionWouldBegin()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var cookies = await client.ProvedAsync("alice", device.Code());
        var store = (RecordingPendingStore)host.Services.GetRequiredService<IPendingSessionStore>();
        store.IsDown = true;

        Are503(
        [
            await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies)),
            await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)),
            await client.PostAsync("/mfa/factors/x/verify", new { code = "123456" }, ("Cookie", cookies)),
        ]);

        NothingHappened(host);
        store.IsDown = false;
        Assert.Equal(200, (await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies))).Status);
    }

    private static async Task<IReadOnlyList<Reply>> RequestsAsync(MfaClient client, string cookies, string factor) =>
    [
        await client.PostAsync("/mfa/step-up", new { }, ("Cookie", cookies)),
        await client.GetAsync("/mfa/factors", ("Cookie", cookies)),
        await client.PostAsync("/mfa/factors", new { method = "totp" }, ("Cookie", cookies)),
        await client.PatchAsync($"/mfa/factors/{factor}", new { name = "Mine" }, cookies),
        await client.DeleteAsync($"/mfa/factors/{factor}", cookies),
        await client.PostAsync("/mfa/recovery-codes", new { }, ("Cookie", cookies)),
    ];

    private static void Are503(IReadOnlyList<Reply> replies)
    {
        Assert.All(replies, r => Assert.Equal((503, "temporarily_unavailable", "no-store"), (r.Status, r.Error, r.Message.Headers.CacheControl?.ToString())));
        Assert.All(replies, r => Assert.Equal(TimeSpan.FromSeconds(5), r.Message.Headers.RetryAfter?.Delta));
        Assert.All(replies, r => Assert.Empty(r.SetCookies));
    }

    private static void NothingHappened(TestHost host)
    {
        string[] changes = ["FactorAdded", "FactorRenamed", "FactorRemoved", "RecoveryCodesReplaced"];
        Assert.DoesNotContain(host.Events.All, e => changes.Contains(e.Name));
        Assert.Equal(1, host.Events.Count("StepUpCompleted"));
    }

    private static async Task<string> FactorsAsync(MfaClient client, string cookies) => (await client.GetAsync("/mfa/factors", ("Cookie", cookies))).Body;

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(options =>
    {
        Sessions.NeverAtSignIn(options);
        options.ServicesAfter = services =>
        {
            CountingFactorStore.Use(services);
            RecordingPendingStore.Use(services);
        };
    });
}
