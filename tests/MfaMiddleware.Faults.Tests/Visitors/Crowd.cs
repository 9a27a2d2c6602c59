using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.Faults.Tests.Nodes;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>How many come.</summary>
/// <param name="Tokens">Visitors with a token: always busy.</param>
/// <param name="Phones">Visitors with phones.</param>
/// <param name="UsersOfAPhone">How many users such a visitor signs in; each has a code each 30 seconds, and ten recovery codes.</param>
/// <param name="Guessers">Who knows passwords and no codes.</param>
/// <param name="VictimsOfAGuesser">Of how many users.</param>
internal sealed record CrowdSize(int Tokens, int Phones, int UsersOfAPhone, int Guessers, int VictimsOfAGuesser);

/// <summary>Clients of a site, until they are stopped, and somebody who reads the failure counts meanwhile.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromMilliseconds(250);

    private readonly Site _site;
    private readonly CancellationTokenSource _done = new();
    private readonly List<Guesser> _guessers = [];
    private Task[] _tasks = [];

    private Crowd(Site site)
    {
        _site = site;
        Visits = new Visits(site.Clients, History, Gate);
    }

    public History History { get; } = new();

    public Gate Gate { get; } = new();

    public Visits Visits { get; }

    /// <summary>Those with tokens, then those with phones.</summary>
    public List<Visitor> Visitors { get; } = [];

    public static async Task<Crowd> EnrolAsync(Site site, CrowdSize size)
    {
        var crowd = new Crowd(site);
        using var enrolment = new Enrolment(site.Clients);
        var books = await Task.WhenAll(Enumerable.Range(0, size.Tokens).Select(async i => (Book)await enrolment.TokenAsync($"token{i}")));
        var cases = await Task.WhenAll(Enumerable.Range(0, size.Phones).Select(i => BookcaseAsync(i, size.UsersOfAPhone)));
        crowd.Visitors.AddRange(books.Concat(cases).Select((book, i) => new Visitor(crowd.Visits, book, i)));
        for (var i = 0; i < size.Guessers; i++)
        {
            var guesser = i;
            var victims = await Task.WhenAll(Enumerable.Range(0, size.VictimsOfAGuesser).Select(v => VictimAsync($"victim{guesser}-{v}")));
            crowd._guessers.Add(new Guesser(crowd.Visits, victims));
        }

        return crowd;

        async Task<Book> BookcaseAsync(int phone, int users)
        {
            var names = Enumerable.Range(0, users).Select(u => $"phone{phone}-{u}");
            return new Bookcase(await Task.WhenAll(names.Select(async name => KeyValuePair.Create(name, (Book)(await enrolment.PhoneAsync(name)).Book))));
        }

        async Task<(string User, TotpDevice Device)> VictimAsync(string name) => (name, (await enrolment.PhoneAsync(name)).Device);
    }

    public void Start() => _tasks =
    [
        .. Visitors.Select(visitor => Task.Run(() => visitor.RunAsync(_done.Token))),
        .. _guessers.Select(guesser => Task.Run(() => guesser.RunAsync(_done.Token))),
        Task.Run(ReadFailuresAsync),
    ];

    public Task UntilAsync(Func<bool> condition, TimeSpan limit) => Pause.UntilAsync(
        // One who stumbles stops the test now, not at the limit.
        () => Array.Find(_tasks, t => t.IsFaulted) is { } stumbled ? throw stumbled.Exception! : condition(),
        limit,
        () => $"It never came to pass, after {History.Answers} answers.");

    /// <summary>Lets everybody finish, and reads the failures once more.</summary>
    public async Task StopAsync()
    {
        await DisposeAsync();
        foreach (var reading in await _site.ReadFailuresAsync()) History.Add(reading);
    }

    public async ValueTask DisposeAsync()
    {
        Gate.Open();
        await _done.CancelAsync();
        await Task.WhenAll(_tasks);
    }

    private async Task ReadFailuresAsync()
    {
        while (!_done.IsCancellationRequested)
        {
            foreach (var reading in await _site.ReadFailuresAsync()) History.Add(reading);
            await Task.Delay(BetweenReadings, TimeProvider.System);
        }
    }
}
