using MfaMiddleware.TestKit.Servers;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Postgres;

[Collection(PostgresGroup.Name)]
public sealed class PostgresStartupTests(PostgresServer server)
{
    [Fact]
    public async Task Nodes_that_start_at_once_make_the_database_and_its_tables_together()
    {
        await using var database = PostgresDatabase.New(server);

        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => TestHost.StartOwnContextAsync(database))));

        var keys = new HashSet<string>();
        foreach (var node in nodes) keys.Add(await node.Store.GetOrAddLookupKeyAsync(Guid.CreateVersion7().ToString(), default));
        Assert.Single(keys);
        foreach (var node in nodes) await node.DisposeAsync();
    }

    [Fact]
    public async Task Tables_are_made_beside_those_that_a_database_has_already()
    {
        await using var database = await PostgresDatabase.MadeAsync(server);
        await database.ExecuteAsync("""DROP TABLE "MfaAccounts", "MfaFactors", "MfaRecoveryCodes", "MfaHistories", "MfaKeys", "MfaPendingSessions"; CREATE TABLE orders (id int); INSERT INTO orders VALUES (42)""");

        await using var host = await TestHost.StartOwnContextAsync(database);

        Assert.Equal("key", await host.Store.GetOrAddLookupKeyAsync("key", default));
        Assert.Equal(42, await database.ExecuteAsync("SELECT id FROM orders"));
    }

    [Fact]
    public async Task A_set_of_tables_that_lacks_one_stops_the_start()
    {
        await using var database = await PostgresDatabase.MadeAsync(server);
        await database.ExecuteAsync("""DROP TABLE "MfaPendingSessions" """);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartOwnContextAsync(database));

        Assert.Contains("scripts/", error.Message, StringComparison.Ordinal);
    }
}
