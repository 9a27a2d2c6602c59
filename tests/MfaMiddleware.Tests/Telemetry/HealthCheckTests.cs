using MfaMiddleware.PendingSessions;
using MfaMiddleware.Tests.Threats.Support;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace MfaMiddleware.Tests.Telemetry;

/// <summary>The health checks, as a probe sees them. What is broken is repaired in the end: the host is for all of them.</summary>
public sealed class HealthCheckTests : IClassFixture<HealthCheckTests.Site>, IDisposable
{
    private readonly TestHost _host;
    private readonly MfaClient _client;
    private readonly CountingFactorStore _factors;
    private readonly RecordingPendingStore _pending;

    public HealthCheckTests(Site site)
    {
        (_host, _client) = (site.Host, site.Host.Client());
        _factors = _host.Services.GetRequiredService<CountingFactorStore>();
        _pending = (RecordingPendingStore)_host.Services.GetRequiredService<IPendingSessionStore>();
    }

    public void Dispose()
    {
        (_factors.IsDown, _factors.FailsAt, _factors.BeforeFind, _pending.IsDown) = (false, null, null, false);
        _client.Dispose();
    }

    [Fact]
    public async Task EverythingWorks_Is200_AndSaysNothingButTheStatus()
    {
        var reply = await _client.GetAsync("/healthz");
        var all = (await _client.GetAsync("/healthz/all")).Json;

        Assert.Equal((200, "Healthy"), (reply.Status, reply.Body));
        Assert.Empty(reply.SetCookies);
        Assert.Equal(["mfa-factors", "mfa-keys", "mfa-pending-sessions"], all.Select(c => c.Key).Order(StringComparer.Ordinal));
        Assert.All(all, check => Assert.Equal("mfa ready", (string?)check.Value!["tags"]));
    }

    [Fact]
    public async Task FactorStoreDown_Is503_NamesItsChecks_AndWhoNeedsNoMfaSignsIn()
    {
        _factors.IsDown = true;

        var reply = await _client.GetAsync("/healthz");
        var unhealthy = await _client.FindUnhealthyAsync();
        var signedIn = await _client.LoginAsync("alice");
        _factors.IsDown = false;

        Assert.Equal((503, "Unhealthy"), (reply.Status, reply.Body));
        Assert.Equal(["mfa-factors", "mfa-keys"], unhealthy.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("The factor store can't be read: users who need MFA get 503.", unhealthy["mfa-factors"]);
        Assert.Equal((200, "alice"), (signedIn.Status, signedIn["welcome"]));
        // Nothing to restart: the next probe finds it.
        Assert.Equal(200, (await _client.GetAsync("/healthz")).Status);
    }

    [Fact]
    public async Task PendingSessionStoreDown_Is503_AndNamesThatCheckAlone()
    {
        _pending.IsDown = true;

        var reply = await _client.GetAsync("/healthz");

        Assert.Equal((503, "Unhealthy"), (reply.Status, reply.Body));
        var (name, says) = Assert.Single(await _client.FindUnhealthyAsync());
        Assert.Equal(("mfa-pending-sessions", "The pending-session store can't be read: sign-ins that need MFA get 503."), (name, says));
        Assert.Contains(_host.Logs.Lines, line => line.Contains("mfa-pending-sessions", StringComparison.Ordinal) && line.Contains("The server does not answer.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StoreThatHangs_IsUnhealthy_AsSoonAsItsTimeIsUp()
    {
        var isAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _factors.BeforeFind = () =>
        {
            isAsked.TrySetResult();
            return new TaskCompletionSource().Task;
        };

        var reply = _client.GetAsync("/healthz/all");
        await isAsked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _host.Clock.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.False(reply.IsCompleted);
        _host.Clock.Advance(TimeSpan.FromTicks(1));
        var checks = (await reply.WaitAsync(TimeSpan.FromSeconds(30))).Json;

        Assert.Equal(("Unhealthy", "TimeoutException"), ((string?)checks["mfa-factors"]!["status"], (string?)checks["mfa-factors"]!["cause"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeyRingThatDoesNotOpenTheStore_IsUnhealthy_AndSaysWhichItIs(bool isUpAtStart)
    {
        // A start with a store that is down, which then turns out to be filled under other keys; and one whose store is replaced while it runs.
        await using var host = await HealthCheckHost.StartAsync(store => store.FailsAt = isUpAtStart ? null : nameof(store.GetOrAddLookupKeyAsync));
        using var client = host.Client();
        var store = host.Services.GetRequiredService<CountingFactorStore>();
        (store.FailsAt, store.LookupKey) = (null, KeyUnder(new EphemeralDataProtectionProvider()));

        Assert.Equal(503, (await client.GetAsync("/healthz")).Status);
        var (name, says) = Assert.Single(await client.FindUnhealthyAsync());

        Assert.Equal("mfa-keys", name);
        Assert.Contains("can't be opened with the key ring", says, StringComparison.Ordinal);
        Assert.Contains("the application name '", says, StringComparison.Ordinal);
        Assert.Contains("SetApplicationName", says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreWithAnotherKeyThanAtTheStart_IsUnhealthy_AndOneThatLostItGetsItBack()
    {
        await using var host = await HealthCheckHost.StartAsync();
        using var client = host.Client();
        var store = host.Services.GetRequiredService<CountingFactorStore>();

        store.LookupKey = KeyUnder(host.Services.GetRequiredService<IDataProtectionProvider>());
        var (name, says) = Assert.Single(await client.FindUnhealthyAsync());
        Assert.Equal("mfa-keys", name);
        Assert.Contains("restart the process", says, StringComparison.Ordinal);

        store.LookupKey = null;
        Assert.Empty(await client.FindUnhealthyAsync());
        Assert.NotNull(store.LookupKey);
    }

    [Fact]
    public async Task AppWithoutMfa_IsUnhealthy_AndNotAnError()
    {
        await using var services = new ServiceCollection().AddLogging().AddHealthChecks().AddMfa().Services.BuildServiceProvider();

        var report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(3, report.Entries.Count(e => e.Value.Status == HealthStatus.Unhealthy));
    }

    private static string KeyUnder(IDataProtectionProvider provider) =>
        WebEncoders.Base64UrlEncode(provider.CreateProtector("MfaMiddleware.LookupKey").Protect(new byte[32]));

    public sealed class Site : IAsyncLifetime
    {
        public TestHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await HealthCheckHost.StartAsync();

        public Task DisposeAsync() => Host.DisposeAsync().AsTask();
    }
}
