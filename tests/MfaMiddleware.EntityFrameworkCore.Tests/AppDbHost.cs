using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>A host that made its own database, as its migrations would.</summary>
internal static class AppDbHost
{
    public static async Task<TestHost> StartAsync(TestDatabase database, TimeSpan? budget = null)
    {
        await using (var connection = database.Open())
        await using (var command = connection.CreateCommand())
        {
            var options = new DbContextOptionsBuilder<AppDb>().UseSqlite(connection).Options;
            await using var db = new AppDb(options);
            command.CommandText = "PRAGMA journal_mode = 'delete';" + db.Database.GenerateCreateScript();
            await command.ExecuteNonQueryAsync();
        }

        return await TestHost.StartHostsContextAsync(database, budget);
    }

    public static AsyncServiceScope Request(this TestHost host, out AppDb db)
    {
        var scope = host.Services.CreateAsyncScope();
        db = scope.ServiceProvider.GetRequiredService<AppDb>();
        return scope;
    }
}
