using System.Globalization;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Faults;

public sealed class StarvedNodeTests : IDisposable
{
    private const int Callers = 64;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mfa-starved-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task C01_SixtyFourThreadsOnOneTokenOfANodeWithOneThreadLeft_WinOnceAndGuessNoMoreThanTheAttempts()
    {
        await using var node = await NodeProcess.StartAsync(_folder.FullName, threads: 3);
        using var client = node.Client();
        var user = await NodeUser.EnrollAsync(node, client, "alice");
        var completed = await CountAsync(node, MfaEventNames.SignInCompleted);
        var (right, guessed) = (await client.LoginAsync("alice"), await client.LoginAsync("alice"));
        // One thread for everything: whoever blocks it waiting for another, waits for good.
        Assert.Equal("starving", await node.SayAsync("starve 2"));

        var rejected = 0;
        for (var token = guessed.Token; token is not null && rejected < 10; rejected++)
        {
            var wrong = await AllAtOnceAsync(i => client.AnswerAsync(token, user.Device.WrongCode(i)));
            token = Assert.Single(wrong, r => r.Error != "invalid_token").Token;
            Assert.All(wrong, r => Assert.Equal(401, r.Status));
            Assert.All(wrong, r => Assert.Empty(r.SetCookies));
        }

        Assert.Equal(5, rejected);
        Assert.Equal(5, await CountAsync(node, MfaEventNames.AnswerRejected));

        // Five failures make the account wait.
        await user.PassAsync(node, 60);
        var code = user.Device.Code();
        var replies = await AllAtOnceAsync(_ => client.AnswerAsync(right.Token, code));
        Assert.Single(replies, r => r.Status == 200);
        Assert.All(replies.Where(r => r.Status != 200), Oracles.IsInvalidToken);
        Assert.Single(replies, r => r.SessionCookies.Count > 0);
        Assert.Equal(completed + 1, await CountAsync(node, MfaEventNames.SignInCompleted));

        Assert.Equal("fed", await node.SayAsync("feed"));
        await user.PassStepAsync(node);
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("alice")).Token, user.Device.Code())).Status);
    }

    private static async Task<int> CountAsync(NodeProcess node, string name) => int.Parse(await node.SayAsync("count " + name), CultureInfo.InvariantCulture);

    private static async Task<Reply[]> AllAtOnceAsync(Func<int, Task<Reply>> send)
    {
        using var start = new Barrier(Callers);
        return await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return send(i);
            },
            default,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
    }
}
