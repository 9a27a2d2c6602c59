using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Challenges;

public sealed class ChallengeLifetimeTests
{
    [Fact]
    public async Task LifetimeThatAMethodSets_IsKeptByTheEngine()
    {
        await using var host = await TestHost.StartAsync(o => o.ServicesAfter = services => services.AddSingleton<IMfaMethod, ForgetfulMethod>());
        using var client = host.Client();
        foreach (var user in new[] { "alice", "bob" })
        {
            var factor = new MfaFactor { Id = user, Subject = new MfaSubject("", user), Method = "forgetful", ProtectedSecret = "", CreatedAt = host.Clock.GetUtcNow() };
            await host.Services.GetRequiredService<IMfaFactorStore>().TryAddFactorAsync(factor, 10, factor.CreatedAt, default);
        }

        async Task<Reply> SignInAsync(string user, TimeSpan after)
        {
            var token = (await client.LoginAsync(user)).Token;
            var started = await client.PostAsync("/mfa/challenge", new { mfa_token = token, method = "forgetful" });
            Assert.Equal(60, (int)started.Json["challenge"]!["expires_in"]!);
            host.Clock.Advance(after);
            return await client.AnswerAsync(token, "yes");
        }

        Assert.Equal(200, (await SignInAsync("alice", TimeSpan.FromSeconds(59))).Status);
        Assert.Equal(401, (await SignInAsync("bob", TimeSpan.FromSeconds(60))).Status);
    }

    /// <summary>Says how long its challenge is good, and doesn't look at the time itself.</summary>
    private sealed class ForgetfulMethod : IMfaMethod
    {
        public string Name => "forgetful";

        public MfaMethodTraits Traits { get; } = new() { Label = "Forgetful", Strength = MfaStrength.Otp, NeedsChallenge = true };

        public bool Recognizes(MfaAnswer answer) => answer.Code == "yes";

        public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) =>
            new(new ChallengeResult.Started("open") { ExpiresIn = TimeSpan.FromMinutes(1) });

        public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken) =>
            new(context.ChallengeState == "open" ? new MethodResult.Accepted(context.Factors[0]) : new MethodResult.Rejected("not_open"));
    }
}
