using Microsoft.EntityFrameworkCore;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

public sealed class SqliteScriptTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scripts");

    [Fact]
    public async Task The_script_for_SQLite_is_the_model()
    {
        await using var db = new MfaDbContext(new DbContextOptionsBuilder<MfaDbContext>().UseSqlite("Data Source=:memory:").Options);
        var model = db.Database.GenerateCreateScript().ReplaceLineEndings("\n").Trim() + "\n";
        // After a change of the model this file is the new script.
        await File.WriteAllTextAsync(Path.Combine(Folder, "sqlite.model.sql"), model);

        var script = await File.ReadAllTextAsync(Path.Combine(Folder, "sqlite.sql"));

        Assert.Equal(model, script.ReplaceLineEndings("\n"));
    }
}
