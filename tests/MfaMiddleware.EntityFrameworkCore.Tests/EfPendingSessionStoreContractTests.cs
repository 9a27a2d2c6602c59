using System.Data.Common;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.TestKit;
using MfaMiddleware.TestKit.PendingSessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>The contract of pending sessions on a SQLite file.</summary>
public sealed class EfPendingSessionStoreContractTests : PendingSessionStoreContract
{
    private readonly TestDatabase _database = new();
    private readonly AfterAnUpdate _afterAnUpdate = new();
    private TestHost _host = null!;

    [Fact]
    public async Task ASpend_RightAfterTheStatementOfAReject_KeepsItsSession()
    {
        var spent = await AnsweringAsync(attempts: 2);
        PendingSession? next = null;
        _afterAnUpdate.Once = async () => next = await Store.TrySpendAttemptAsync(spent.Id, 2, default);

        var rejected = await Store.RejectAsync(spent.Id, 1, NewHash(), default);

        Assert.Equal((1, false), (rejected!.AttemptsRemaining, rejected.IsAnswering));
        Assert.Equal((0, true), (next!.AttemptsRemaining, next.IsAnswering));
        Assert.True(await Store.TryConsumeAsync(spent.Id, 2, null, default));
    }

    [Fact]
    public async Task ASpend_RightAfterTheStatementOfAnUpdate_IsNotInItsResult()
    {
        var session = await StoredAsync();
        _afterAnUpdate.Once = async () => await Store.TrySpendAttemptAsync(session.Id, 2, default);

        var updated = await Store.TryUpdateAsync(session.Id, 1, [7], session.ExpiresAt, default);

        Assert.Equal((2L, 5, false), (updated!.Version, updated.AttemptsRemaining, updated.IsAnswering));
    }

    protected override async ValueTask<IPendingSessionStore> CreateStoreAsync(FakeClock clock)
    {
        _host = await TestHost.StartAsync(null, mfa =>
        {
            mfa.Services.AddSingleton<TimeProvider>(clock);
            mfa.AddEntityFrameworkStores(o => o.UseSqlite(_database.ConnectionString).AddInterceptors(_afterAnUpdate)).AddEntityFrameworkPendingSessions();
        });
        return _host.Services.GetRequiredService<IPendingSessionStore>();
    }

    public override async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Another caller's turn, at the worst moment.</summary>
    private sealed class AfterAnUpdate : DbCommandInterceptor
    {
        public Func<Task>? Once { get; set; }

        public override async ValueTask<int> NonQueryExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
        {
            if (Once is not { } turn || !command.CommandText.StartsWith("UPDATE", StringComparison.Ordinal)) return result;
            Once = null;
            await turn();
            return result;
        }
    }
}
