using MfaMiddleware.EntityFrameworkCore.Retries;
using MfaMiddleware.EntityFrameworkCore.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.EntityFrameworkCore.Startup;

/// <summary>
/// Has the tables of <see cref="MfaDbContext"/> made before any hosted service starts. Tables of another shape stop the start. A database that doesn't answer
/// stops none: it is asked each second until it does, and users who need MFA get 503 meanwhile.
/// </summary>
internal sealed partial class TableCreation(IServiceScopeFactory scopes, ILogger<TableCreation> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>For each try. A server that is slow is not one that is away: the start of a host that finds it so waits this long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>For a SQLite file that another program holds.</summary>
    private static readonly TimeSpan PatienceForALock = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _isDone;

    public async Task StartingAsync(CancellationToken cancellationToken) => _isDone = await TryMakeAsync(cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // By the system's time: a database doesn't come back sooner because a host's clock was moved.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isReported = false;
        while (!_isDone)
        {
            await Task.Delay(Pause, TimeProvider.System, stoppingToken);
            try
            {
                _isDone = await TryMakeAsync(stoppingToken, isQuiet: true);
                if (_isDone) Log.CameBack(logger);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Too late to stop the start. Every sign-in that needs the tables fails closed; whoever puts them right needs no restart.
                if (!isReported) Log.CannotWork(logger, e);
                isReported = true;
            }
        }
    }

    private async Task<bool> TryMakeAsync(CancellationToken cancellationToken, bool isQuiet = false)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<MfaDbContext>();
            using var budget = CommandBudget.Apply(db, db.Database.IsSqliteProvider() ? PatienceForALock : Patience);
            await new TableMaker(db, logger).MakeAsync(either.Token);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && (patience.IsCancellationRequested || DatabaseErrors.IsOutOfReach(e)))
        {
            if (!isQuiet) Log.OutOfReach(logger, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "The database of MFA can't be reached at start: users who need MFA get 503 until it can. It is asked again each second.")]
        public static partial void OutOfReach(ILogger logger, Exception exception);

        [LoggerMessage(2002, LogLevel.Information, "The database of MFA can be reached now, and its tables are in place.")]
        public static partial void CameBack(ILogger logger);

        [LoggerMessage(2003, LogLevel.Critical, "The database of MFA can be reached now, and can't be worked with: users who need MFA get 503 until it is put right.")]
        public static partial void CannotWork(ILogger logger, Exception exception);
    }
}
