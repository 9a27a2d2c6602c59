using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.FaultNode;

/// <summary>The app of the test kit, in real time, with what the nodes of a site share: the key ring, the database, and Redis or the database for what is pending.</summary>
internal static class NodeOptions
{
    public static void Apply(TestHostOptions options, IReadOnlyList<string> arguments)
    {
        var (keys, kind, connection, redis) = (arguments[0], arguments[1], arguments[2], arguments[3]);
        foreach (var setting in arguments.Skip(4).Select(a => a.Split('=', 2))) options.Settings[setting[0]] = setting[1];
        options.LogLevel = LogLevel.Critical;
        options.InMemoryFactorStore = false;
        options.ServicesBefore = services => services.AddDataProtection().SetApplicationName("FaultNode").PersistKeysToFileSystem(new DirectoryInfo(keys));
        options.ServicesAfter = services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System));
        options.Mfa = mfa =>
        {
            mfa.AddEntityFrameworkStores(o => _ = kind == "sqlite" ? o.UseSqlite(connection) : o.UseNpgsql(connection));
            if (redis.Length == 0) mfa.AddEntityFrameworkPendingSessions();
            else mfa.AddRedisPendingSessions(redis);
        };
    }
}
