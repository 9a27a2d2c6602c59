using MfaMiddleware.EntityFrameworkCore.Tests.Faults;
using MfaMiddleware.TestKit.Servers;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Postgres;

[Collection(PostgresGroup.Name)]
public sealed class PostgresKilledNodeTests(PostgresServer server) : KilledNodeTests
{
    private protected override async Task<ITestDatabase> NewDatabaseAsync() => await PostgresDatabase.MadeAsync(server);

    private protected override async Task AssertSoundAsync(ITestDatabase database) =>
        Assert.Equal(1L, await ((PostgresDatabase)database).ExecuteAsync("""SELECT count(*) FROM "MfaFactors" """));
}
