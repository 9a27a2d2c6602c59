using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moq;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>A store that fails lets nobody in: 503, with the time to wait.</summary>
public sealed class StoreDownTests
{
    [Fact]
    public async Task PendingSessionStoreDown_AtSignIn_Is503()
    {
        var store = new Mock<IPendingSessionStore>();
        store.Setup(s => s.CreateAsync(It.IsAny<PendingSession>(), It.IsAny<PendingSessionLimits>(), It.IsAny<CancellationToken>()))
            .Throws(() => new IOException("the store is down"));
        await Is503Async(o => o.ServicesAfter = s => s.Replace(ServiceDescriptor.Singleton(store.Object)));
    }

    [Fact]
    public async Task FactorStoreDown_AtSignIn_Is503()
    {
        var store = new Mock<IMfaFactorStore>();
        store.Setup(s => s.FindAsync(It.IsAny<MfaSubject>(), It.IsAny<CancellationToken>())).Throws(() => new IOException("the store is down"));
        store.Setup(s => s.GetOrAddLookupKeyAsync(It.IsAny<string>(), It.IsAny<CancellationToken>())).Throws(() => new IOException("the store is down"));
        await Is503Async(o => o.ServicesAfter = s => s.Replace(ServiceDescriptor.Singleton(store.Object)));
    }

    private static async Task Is503Async(Action<TestHostOptions> configure)
    {
        await using var host = await TestHost.StartAsync(configure);
        using var client = host.Client();

        var reply = await client.LoginAsync("alice");

        Assert.Equal((503, "temporarily_unavailable", null), (reply.Status, reply.Error, reply.Token));
        Assert.NotNull(reply.Message.Headers.RetryAfter);
        Assert.Empty(reply.SetCookies);
        Assert.Equal(0, host.Events.Count(MfaMiddleware.Telemetry.MfaEventNames.SignInChallenged));
    }
}
