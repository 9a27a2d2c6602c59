using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MfaMiddleware.EntityFrameworkCore.Retries;

/// <summary>
/// Tries a verb again where the database certainly took nothing of it, and as long as the budget lasts. While it runs it stands in for the retries
/// that the host may have switched on (<c>EnableRetryOnFailure</c>): they try again after a commit without an answer too, and would give one attempt
/// back twice.
/// </summary>
/// <param name="db">The verb's own context.</param>
/// <param name="budget">For all waits together; the caller's token bounds the rest.</param>
/// <param name="mayBeDone">Whether a connection that broke now leaves open what took effect.</param>
internal sealed class CertainRetries(DbContext db, TimeSpan budget, Func<bool> mayBeDone) : ExecutionStrategy(db, int.MaxValue, budget)
{
    private const int FirstWait = 4;
    private const int LongestWait = 64;

    private readonly TimeSpan _budget = budget;
    private TimeSpan _waited;

    protected override bool ShouldRetryOn(Exception exception) =>
        DatabaseErrors.Find(exception) is { } error && (WasRolledBack(error) || (BrokeTheConnection(error) && !mayBeDone()));

    protected override TimeSpan? GetNextDelay(Exception lastException)
    {
        // Whoever lost to the same winner comes back at another moment than the others.
        var longest = Math.Min(FirstWait << Math.Min(ExceptionsEncountered.Count, 10), LongestWait);
        var wait = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(1, longest + 1));
        _waited += wait;
        return _waited <= _budget ? wait : null;
    }

    /// <summary>The standard's states for a serialization failure, and PostgreSQL's for a deadlock.</summary>
    private static bool WasRolledBack(DbException error) => error.SqlState is "40001" or "40P01";

    /// <summary>
    /// The server ended or restarts, or the network did. Not one that has no room or no time left: to come back at once is no help to it.
    /// </summary>
    private static bool BrokeTheConnection(DbException error) => error.SqlState is { } state
        ? state.StartsWith("08", StringComparison.Ordinal) || state is "57P01" or "57P02" or "57P03"
        : error is { IsTransient: true, InnerException: IOException or SocketException };
}
