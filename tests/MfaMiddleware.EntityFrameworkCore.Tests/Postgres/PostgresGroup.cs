using MfaMiddleware.TestKit.Servers;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Postgres;

/// <summary>The tests that share one PostgreSQL server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresGroup : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
