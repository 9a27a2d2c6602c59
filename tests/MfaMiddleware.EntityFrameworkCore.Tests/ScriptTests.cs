using MfaMiddleware.EntityFrameworkCore.Tests.Postgres;
using MfaMiddleware.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

[Collection(PostgresGroup.Name)]
public sealed class ScriptTests(PostgresServer server)
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scripts");

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task The_script_for_a_database_is_the_model(string kind)
    {
        var options = new DbContextOptionsBuilder<MfaDbContext>();
        await using var db = new MfaDbContext((kind == "sqlite" ? options.UseSqlite("Data Source=:memory:") : options.UseNpgsql("Host=localhost")).Options);
        var model = db.Database.GenerateCreateScript().ReplaceLineEndings("\n").Trim() + "\n";
        // After a change of the model this file is the new script.
        await File.WriteAllTextAsync(Path.Combine(Folder, kind + ".model.sql"), model);

        var script = await File.ReadAllTextAsync(Path.Combine(Folder, kind + ".sql"));

        Assert.Equal(model, script.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task An_app_that_may_make_no_tables_starts_on_those_of_the_script()
    {
        var database = PostgresDatabase.New(server);
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        await using (var system = new PostgresDatabase(server, "postgres")) await system.ExecuteAsync($"CREATE DATABASE {name}");
        await database.ExecuteAsync(await File.ReadAllTextAsync(Path.Combine(Folder, "postgresql.sql")));
        await database.ExecuteAsync("CREATE ROLE app LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app");

        await using var app = new PostgresDatabase(server, name!, "Username=app");
        await using var host = await TestHost.StartOwnContextAsync(app);

        Assert.Equal("key", await host.Store.GetOrAddLookupKeyAsync("key", default));
    }
}
