using MfaMiddleware.Factors;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.SeamNode;

/// <summary>The app of the test kit with its factors in a SQLite file and its pending sign-ins in memory.</summary>
internal static class Node
{
    public static void Configure(TestHostOptions options, string folder, Seam seam)
    {
        options.LogLevel = LogLevel.Warning;
        options.InMemoryFactorStore = false;
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "mfa.db") }.ToString();
        options.ServicesBefore = services => services.AddDataProtection().SetApplicationName("SeamNode").PersistKeysToFileSystem(new DirectoryInfo(folder));
        options.Mfa = mfa =>
        {
            mfa.AddEntityFrameworkStores(db => db.UseSqlite(connection)).OnCompleting(_ => seam.PassAsync("issue"));
            var durable = mfa.Services.Last(d => d.ServiceType == typeof(IMfaFactorStore));
            mfa.Services.Remove(durable);
            mfa.Services.AddSingleton(services => HaltingStore.Around(Make(services, durable), seam));
        };
    }

    public static string Pass(TestHost host, TimeSpan time)
    {
        host.Clock.Advance(time);
        return "passed";
    }

    private static IMfaFactorStore Make(IServiceProvider services, ServiceDescriptor descriptor) => (IMfaFactorStore)(
        descriptor.ImplementationInstance
        ?? descriptor.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, descriptor.ImplementationType!));
}
