using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Faults.Tests.Nodes;

/// <summary>Two processes on one database, one key ring, and one Redis where there is one.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>Fewer answers a sign-in than guesses an account, so that each limit is seen by itself.</summary>
    public static readonly Promises Promises = new(AnswersPerSignIn: 3, GuessesPerMinute: 5);

    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("mfa-keys-");
    private readonly List<NodeProcess> _nodes = [];
    private readonly SiteDatabase _database;

    private Site(SiteDatabase database) => _database = database;

    public IReadOnlyList<MfaClient> Clients { get; private set; } = [];

    /// <param name="database">The database; ended with the site.</param>
    /// <param name="redis">Where what is pending is kept; empty for the database.</param>
    /// <param name="settings">Further settings of Mfa, as Name=Value.</param>
    public static async Task<Site> StartAsync(SiteDatabase database, string redis, params string[] settings)
    {
        var site = new Site(database);
        string[] arguments =
        [
            site._keys.FullName, database.Kind, database.ConnectionString, redis,
            $"PendingSessions:MaxAttempts={Promises.AnswersPerSignIn}", "Methods:Hotp:Enabled=true",
            // A database that is only slow, on a machine that tests take all of, is not what these tests are about.
            "StoreTimeout=00:00:20",
            .. settings,
        ];
        try
        {
            // One after the other: the first makes the key ring.
            site._nodes.Add(await NodeProcess.StartAsync(arguments));
            site._nodes.Add(await NodeProcess.StartAsync(arguments));
            site.Clients = [.. site._nodes.Select(node => new MfaClient(node.Address, connections: 1024))];
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public Task<IReadOnlyList<FailureReading>> ReadFailuresAsync() => _database.ReadFailuresAsync();

    public ValueTask DisposeAsync()
    {
        foreach (var client in Clients) client.Dispose();
        foreach (var node in _nodes) node.Dispose();
        _database.Dispose();
        _keys.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
