using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.TestKit.Methods;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms;

public sealed class SmsMethodTests
{
    [Fact]
    public async Task State_HoldsNeitherCodeNorNumber()
    {
        await using var host = await TestHost.StartAsync(SmsRecorder.Use);

        for (var i = 0; i < 3; i++)
        {
            var started = await ChallengeAsync(host, i);
            Assert.Equal(i, SmsRecorder.Of(host).Sent.Count);
            await started.Deliver!(default);
            Assert.DoesNotContain(SmsRecorder.Of(host).LastCode, started.State, StringComparison.Ordinal);
            Assert.DoesNotContain("15123100", started.State, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Codes_AreUniform()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            SmsRecorder.Use(o);
            o.LogLevel = Microsoft.Extensions.Logging.LogLevel.Warning;
            o.Settings["Methods:Sms:Budgets:NetworkPerHour"] = "10000";
            o.Settings["Methods:Sms:Budgets:TotalPerMinute"] = "10000";
            o.Settings["Methods:Sms:Fraud:Enabled"] = "false";
        });
        for (var i = 0; i < 1000; i++) await (await ChallengeAsync(host, i)).Deliver!(default);

        var digits = SmsRecorder.Of(host).Sent.SelectMany(m => m.Text[..6]).ToList();
        var expected = digits.Count / 10.0;
        var chiSquare = digits.GroupBy(d => d).Sum(g => Math.Pow(g.Count() - expected, 2) / expected);
        // Nine degrees of freedom: beyond it once in ten million runs.
        Assert.True(chiSquare < 50, $"chi-square {chiSquare}");
    }

    private static async Task<ChallengeResult.Started> ChallengeAsync(TestHost host, int i)
    {
        var (user, number) = ($"user{i}", $"+4915123{100_000 + i}");
        await SmsRecorder.EnrollAsync(host, user, number);
        var subject = new MfaSubject("", user);
        var account = await host.Services.GetRequiredService<IMfaFactorStore>().FindAsync(subject, default);
        var method = host.Services.GetServices<IMfaMethod>().Single(m => m.Name == "sms");
        var context = new MfaMethodContext { Subject = subject, Factors = account.Factors, Now = host.Clock.GetUtcNow() };
        return (ChallengeResult.Started)await method.ChallengeAsync(context, default);
    }
}
