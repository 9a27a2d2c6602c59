using System.Collections.Concurrent;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

public sealed class FailingGatewaysTests
{
    private const string Number = "+49 151 23456742";

    [Fact]
    public async Task C27_GatewayThatHangs_IsA503InTimeAndHoldsNobodyElse()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        await host.EnrollTotpAsync("alice");
        var bob = await host.EnrollTotpAsync("bob");
        var isCalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // It ignores its token, too.
        SmsRecorder.Of(host).Before = _ =>
        {
            isCalled.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        var token = (await client.LoginAsync("alice")).Token;
        var sending = SmsRecorder.SendAsync(client, token);
        await isCalled.Task;

        // Meanwhile the same session is answered, and others sign in.
        Assert.Equal(401, (await client.AnswerAsync(token, "000000", "sms")).Status);
        Assert.Equal(200, (await client.AnswerAsync((await client.LoginAsync("bob")).Token, bob.Code())).Status);
        Assert.False(sending.IsCompleted);

        host.Clock.Advance(TimeSpan.FromSeconds(5));
        var reply = await sending;
        Assert.Equal((503, "temporarily_unavailable"), (reply.Status, reply.Error));
        Assert.NotNull(reply.Message.Headers.RetryAfter);
    }

    [Fact]
    public async Task C27_FiftyParallelSendsToASlowGateway_AreOneMessageAndBlockNobody()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Mfa = mfa => mfa.AddSmsSender<Slow>().AddSmsSender<SmsRecorder>();
        });
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var gateway = host.Services.GetServices<ISmsSender>().OfType<Slow>().Single();
        var token = (await client.LoginAsync("alice")).Token;

        // All but the one that sends are answered while the gateway is at it, and so is a code.
        var sending = Task.WhenEach(Enumerable.Range(0, 50).Select(_ => Task.Run(() => SmsRecorder.SendAsync(client, token)))).GetAsyncEnumerator();
        for (var i = 0; i < 49; i++) Assert.Contains((await NextAsync(sending)).Status, new[] { 401, 429 });
        var wrong = await client.AnswerAsync(token, "000000", "sms");
        Assert.Equal((401, "4"), (wrong.Status, wrong["attempts_remaining"]));

        // It takes 30 seconds: the client is told long before, nothing is sent another way, and the code that comes at last is good.
        host.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(503, (await NextAsync(sending)).Status);
        host.Clock.Advance(TimeSpan.FromSeconds(25));
        gateway.Gate.SetResult();
        Assert.Empty(SmsRecorder.Of(host).Sent);
        Assert.Equal(200, (await client.AnswerAsync(wrong.Token, Assert.Single(gateway.Taken).Text[..6])).Status);

        async Task<Reply> NextAsync(IAsyncEnumerator<Task<Reply>> replies)
        {
            Assert.True(await replies.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1)));
            return await replies.Current;
        }
    }

    [Fact]
    public async Task C27_GatewayThatTakesTheMessageAndFails_IsA503WithoutASecondMessageAndTheCodeIsGood()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Settings["Methods:Sms:Budgets:NumberPerHour"] = "1";
            o.Mfa = mfa => mfa.AddSmsSender<TakesAndFails>().AddSmsSender<SmsRecorder>();
        });
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var token = (await client.LoginAsync("alice")).Token;

        Assert.Equal(503, (await SmsRecorder.SendAsync(client, token)).Status);

        Assert.Empty(SmsRecorder.Of(host).Sent);
        var taken = Assert.Single(host.Services.GetServices<ISmsSender>().OfType<TakesAndFails>().Single().Taken);
        // Charged before the gateway was called.
        host.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(429, (await SmsRecorder.SendAsync(client, token)).Status);
        Assert.Equal(200, (await client.AnswerAsync(token, taken.Text[..6])).Status);
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains("15123456742", StringComparison.Ordinal) || line.Contains(taken.Text[..6], StringComparison.Ordinal));
    }

    [Fact]
    public async Task C27_GatewayThatRefuses_PassesTheMessageToTheNextOnce()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Mfa = mfa => mfa.AddSmsSender<Refuses>().AddSmsSender<SmsRecorder>();
        });
        using var client = host.Client();
        for (var i = 0; i < 7; i++)
        {
            await SmsRecorder.EnrollAsync(host, $"user{i}", $"+4915123456{i + 100}");
            await SmsRecorder.SignInToCodeAsync(client, $"user{i}");
        }

        Assert.Equal(7, SmsRecorder.Of(host).Sent.Count);
        // After five refusals in a row it is passed over.
        Assert.Equal(5, host.Services.GetServices<ISmsSender>().OfType<Refuses>().Single().Calls);
    }

    [Fact]
    public async Task C27_EveryGatewayDown_IsA503AndTheSessionLivesOn()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.Mfa = mfa => mfa.AddSmsSender<Refuses>();
        });
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);
        var device = await host.EnrollTotpAsync("alice");
        var token = (await client.LoginAsync("alice")).Token;

        var reply = await SmsRecorder.SendAsync(client, token);

        Assert.Equal((503, token), (reply.Status, reply.Token));
        Assert.Equal(200, (await client.AnswerAsync(token, device.Code(), "totp")).Status);
    }

    [Fact]
    public async Task BudgetStoreThatIsDown_IsA503AndNothingIsSent()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.ServicesBefore = services => services.AddSingleton<ISendBudgetStore, DownStore>();
        });
        using var client = host.Client();
        await SmsRecorder.EnrollAsync(host, "alice", Number);

        Assert.Equal(503, (await SmsRecorder.SendAsync(client, (await client.LoginAsync("alice")).Token)).Status);
        Assert.Empty(SmsRecorder.Of(host).Sent);
    }

    internal sealed class TakesAndFails : ISmsSender
    {
        public List<SmsMessage> Taken { get; } = [];

        public Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
        {
            Taken.Add(message);
            throw new InvalidOperationException($"The connection was lost after {message.To}: {message.Text}.");
        }
    }

    internal sealed class Slow : ISmsSender
    {
        public ConcurrentQueue<SmsMessage> Taken { get; } = new();

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
        {
            Taken.Enqueue(message);
            return Gate.Task;
        }
    }

    internal sealed class Refuses : ISmsSender
    {
        private int _calls;

        public int Calls => _calls;

        public Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            throw new SmsNotSentException("status 500");
        }
    }

    private sealed class DownStore : ISendBudgetStore
    {
        public ValueTask<TimeSpan?> FindWaitAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken) => throw new TimeoutException();

        public ValueTask<TimeSpan?> TryChargeAsync(IReadOnlyList<SendBudget> budgets, DateTimeOffset now, CancellationToken cancellationToken) => throw new TimeoutException();
    }
}
