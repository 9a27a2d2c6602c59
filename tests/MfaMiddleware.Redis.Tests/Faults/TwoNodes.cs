using MfaMiddleware.Factors;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>
/// Two nodes of one app: pending sessions on Redis, and factors, keys and clock in common. The factors are in a SQLite file; under load in memory, which no
/// test of that kind takes away.
/// </summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-nodes-");
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly FakeClock _clock = new();

    private TwoNodes()
    {
    }

    public TestHost Left { get; private set; } = null!;

    public TestHost Right { get; private set; } = null!;

    public MfaClient ToLeft { get; private set; } = null!;

    public MfaClient ToRight { get; private set; } = null!;

    public FakeClock Clock => _clock;

    /// <summary>Whether they give up soon, as an app would; else a call may take as long as it does on a loaded machine.</summary>
    public bool IsHasty
    {
        set
        {
            foreach (var node in new[] { Left, Right })
                node.Services.GetRequiredService<IOptions<MfaRedisOptions>>().Value.CallTimeout = TimeSpan.FromSeconds(value ? 1 : 15);
        }
    }

    public IMfaFactorStore Factors => Left.Services.GetRequiredService<IMfaFactorStore>();

    /// <param name="left">Where the one looks for Redis.</param>
    /// <param name="right">Where the other does; null for the same place.</param>
    public static async Task<TwoNodes> StartAsync(string left, string? right = null)
    {
        var nodes = new TwoNodes();
        nodes.Left = await RedisHosts.StartAsync(left, nodes.OnSqlite);
        nodes.Right = await RedisHosts.StartAsync(right ?? left, nodes.OnSqlite);
        (nodes.ToLeft, nodes.ToRight) = (nodes.Left.Client(), nodes.Right.Client());
        return await nodes.ConnectedAsync();
    }

    /// <summary>For many at once: their clients hold that many connections each, and only what is wrong is logged.</summary>
    public static async Task<TwoNodes> StartForManyAsync(string configuration, int users)
    {
        var nodes = new TwoNodes();
        nodes.Left = await RedisHosts.StartAsync(configuration, nodes.InMemory);
        nodes.Right = await RedisHosts.StartAsync(configuration, o =>
        {
            nodes.InMemory(o);
            o.ServicesAfter = services => services.Replace(ServiceDescriptor.Singleton(nodes.Factors));
        });
        (nodes.ToLeft, nodes.ToRight) = (new MfaClient(nodes.Left.BaseAddress, users), new MfaClient(nodes.Right.BaseAddress, users));
        return await nodes.ConnectedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        ToLeft.Dispose();
        ToRight.Dispose();
        await Left.DisposeAsync();
        await Right.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<TwoNodes> ConnectedAsync()
    {
        await RedisHosts.AssertIsAskedAsync(ToLeft, ToRight);
        IsHasty = false;
        return this;
    }

    private void OnSqlite(TestHostOptions options)
    {
        Common(options);
        options.InMemoryFactorStore = false;
        options.Mfa = mfa => mfa.AddSmsSender<SmsRecorder>().AddRedisPendingSessions()
            .AddEntityFrameworkStores(db => db.UseSqlite($"Data Source={Path.Combine(_folder.FullName, "mfa.db")};Pooling=False"));
    }

    private void InMemory(TestHostOptions options)
    {
        Common(options);
        options.LogLevel = LogLevel.Warning;
        options.Settings["Methods:Hotp:Digits"] = $"{SignIns.Digits}";
        options.Mfa = mfa => mfa.AddSmsSender<SmsRecorder>().AddRedisPendingSessions();
    }

    private void Common(TestHostOptions options)
    {
        SmsRecorder.Use(options);
        options.Clock = _clock;
        options.Settings["Methods:Hotp:Enabled"] = "true";
        options.ServicesBefore = services => services.AddSingleton<IDataProtectionProvider>(_keys);
    }
}
