using Microsoft.EntityFrameworkCore;

namespace MfaMiddleware.EntityFrameworkCore.Tests;

/// <summary>A database of one kind, for tests that are the same on each.</summary>
internal interface ITestDatabase : IAsyncDisposable
{
    /// <summary>The word by which the racer knows it.</summary>
    string Kind { get; }

    string ConnectionString { get; }

    void Use(DbContextOptionsBuilder options);
}
