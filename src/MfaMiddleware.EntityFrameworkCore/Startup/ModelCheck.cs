using MfaMiddleware.EntityFrameworkCore.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.EntityFrameworkCore.Startup;

/// <summary>Stops the start of a host whose own context lacks the tables: found at the first sign-in, it would be a 503 for everyone.</summary>
internal sealed class ModelCheck<TContext>(IServiceScopeFactory scopes) : StartingTask
    where TContext : DbContext
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetService<TContext>() ?? throw new InvalidOperationException(
            $"AddEntityFrameworkStores<{Name}>() needs the context among the services. Add: builder.Services.AddDbContext<{Name}>(…);");
        if (db.Model.FindEntityType(typeof(MfaAccountEntity)) is not null) return;
        throw new InvalidOperationException(
            $"{Name} has no tables for MfaMiddleware. Add to {Name}.OnModelCreating: modelBuilder.UseMfa(); and then a migration.");
    }

    private static string Name => typeof(TContext).Name;
}
