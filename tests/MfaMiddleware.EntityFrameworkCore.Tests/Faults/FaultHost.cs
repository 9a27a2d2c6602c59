using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WebHost = MfaMiddleware.TestKit.Hosting.TestHost;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Faults;

/// <summary>A node: the app of the test kit with its factors and pending sessions in a database, and keys and clock that its fellows share.</summary>
internal sealed class FaultHost
{
    public IDataProtectionProvider Keys { get; init; } = new EphemeralDataProtectionProvider();

    public FakeClock Clock { get; } = new();

    /// <summary>The fake clock ends no budget: with it a test says itself what ends first.</summary>
    public bool IsInRealTime { get; init; }

    public string StoreTimeout { get; init; } = "00:01:00";

    public bool PendingSessionsInMemory { get; init; }

    /// <summary>What a node has of its own.</summary>
    public Action<TestHostOptions>? Configure { get; init; }

    public Task<WebHost> StartAsync(Action<DbContextOptionsBuilder> database, Action<TestHostOptions>? configure = null) => WebHost.StartAsync(options =>
    {
        options.Clock = Clock;
        options.InMemoryFactorStore = false;
        options.Settings["StoreTimeout"] = StoreTimeout;
        options.ServicesBefore = services => services.AddSingleton(Keys);
        options.Mfa = mfa =>
        {
            mfa.AddEntityFrameworkStores(database);
            if (!PendingSessionsInMemory) mfa.AddEntityFrameworkPendingSessions();
        };
        if (IsInRealTime) options.ServicesAfter = services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System));
        Configure?.Invoke(options);
        configure?.Invoke(options);
    });
}
