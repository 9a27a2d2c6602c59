using MfaMiddleware;
using Microsoft.EntityFrameworkCore;

namespace MvcSite.Storage;

/// <summary>Where the second factors are kept, by <c>Mfa:Database</c>: in a SQLite file, or in PostgreSQL for several nodes.</summary>
public static class MfaDatabase
{
    public static MfaBuilder AddMfaDatabase(this MfaBuilder mfa, IConfiguration configuration, string folder)
    {
        var connection = configuration.GetConnectionString("Mfa");
        return configuration["Mfa:Database"] switch
        {
            null or "" or "SQLite" => mfa.AddEntityFrameworkStores(options => options.UseSqlite(connection ?? $"Data Source={Path.Combine(folder, "mfa.db")}")),
            "PostgreSQL" => mfa
                .AddEntityFrameworkStores(options => options.UseNpgsql(
                    connection ?? throw new InvalidOperationException("Mfa:Database is PostgreSQL: ConnectionStrings:Mfa says which one.")))
                .AddEntityFrameworkPendingSessions(),
            var other => throw new InvalidOperationException($"Mfa:Database is SQLite or PostgreSQL, not '{other}'."),
        };
    }
}
