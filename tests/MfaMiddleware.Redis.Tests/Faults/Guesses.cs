using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Faults;

/// <summary>Users for whom somebody guesses, before, during and after a fault: the fifth wrong answer has them wait, whatever Redis forgot, and a 503 is none.</summary>
internal sealed class Guesses
{
    private const int Free = 5;

    private readonly List<Guessed> _users = [];

    public static async Task<Guesses> StartAsync(TwoNodes nodes, int users = 10)
    {
        var guesses = new Guesses();
        for (var i = 0; i < users; i++) guesses._users.Add(new($"guessed{i}", await nodes.Left.EnrollTotpAsync($"guessed{i}")));
        return guesses;
    }

    /// <summary>One guess for each user, with the token that there is or a new one.</summary>
    /// <returns>How many were told that it was wrong.</returns>
    public async Task<int> GuessAsync(MfaClient client)
    {
        var before = _users.Sum(u => u.Told);
        await Task.WhenAll(_users.Select(u => GuessAsync(client, u)));
        return _users.Sum(u => u.Told) - before;
    }

    /// <summary>Goes on until each has to wait.</summary>
    public async Task AssertAllAreCountedAsync(MfaClient client)
    {
        for (var i = 0; i < 2 * Free; i++) await GuessAsync(client);
        Assert.All(_users, u => Assert.Equal((Free, 429), (u.Told, u.LastStatus)));
    }

    private static async Task GuessAsync(MfaClient client, Guessed user)
    {
        user.Token ??= (await client.LoginAsync(user.Name)).Token;
        var reply = await client.AnswerAsync(user.Token, user.Device.WrongCode());
        Assert.Empty(reply.SessionCookies);
        Assert.Contains(reply.Status, new[] { 401, 429, 503 });
        user.LastStatus = reply.Status;
        if (reply.Status == 401) user.Token = reply.Token;
        if (reply.Error is "invalid_code" or "too_many_attempts") user.Told++;
    }

    private sealed class Guessed(string name, TotpDevice device)
    {
        public string Name => name;

        public TotpDevice Device => device;

        public string? Token { get; set; }

        public int Told { get; set; }

        public int LastStatus { get; set; }
    }
}
