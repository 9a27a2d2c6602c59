using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Completion;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.PendingSessions;

/// <summary>Nodes that share a database share their pending sessions: a balancer may send each request to another one.</summary>
public sealed class SeveralNodesTests
{
    [Fact]
    public async Task SignInOfOneNode_IsAnsweredOnAnother_OnceAmongThem()
    {
        await using var database = new SharedDatabase();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);
        using var here = one.Client();
        using var there = two.Client();
        var alice = await here.EnrollAsync(one, "alice");

        var held = await here.LoginAsync("alice");
        var wrong = await there.AnswerAsync(held.Token, alice.Device.WrongCode());
        Assert.Equal("4", wrong["attempts_remaining"]);
        Assert.Equal("invalid_token", (await here.AnswerAsync(held.Token, alice.Device.Code())).Error);
        var (a, b) = (here.AnswerAsync(wrong.Token, alice.Device.Code()), there.AnswerAsync(wrong.Token, alice.Device.Code()));
        Assert.Single(await Task.WhenAll(a, b), reply => reply.Status == 200);

        database.Clock.Advance(TimeSpan.FromSeconds(30));
        var proof = (await there.AnswerAsync((await here.GetAsync(CodeServer.Authorize)).Token, alice.Device.Code())).Token!;
        Assert.Equal(302, (await here.GetAsync(CodeServer.Authorize, ("X-MFA-Token", proof))).Status);
        Assert.Equal("1", (await there.GetAsync(CodeServer.Authorize, ("X-MFA-Token", proof)))["type"]);
    }

    private static Task<TestHost> StartAsync(SharedDatabase database) => database.StartNodeAsync(o =>
    {
        var (services, mfa) = (o.ServicesBefore, o.Mfa);
        CodeServer.Configure(o);
        o.ServicesBefore += services;
        o.Mfa = builder =>
        {
            mfa!(builder);
            builder.AddEntityFrameworkPendingSessions();
        };
    });
}
