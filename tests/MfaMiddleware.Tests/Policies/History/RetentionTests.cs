using MfaMiddleware.Policies.History;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Policies.History;

/// <summary>Nothing of a user's history is kept longer than the settings say, whoever goes on signing in.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task SignInsAndBrowsersOfAnEarlierTime_AreGoneWithTheNextSignIn()
    {
        await using var host = await TestHost.StartAsync(o => (o.Settings["Policy:Mode"], o.Settings["Policy:History:Retention"]) = ("Suspicious", "10.00:00:00"));
        using var client = host.Client();
        await client.EnrollAsync(host, "alice");
        await client.LoginAsync("alice");
        Assert.Equal((2, 1), await CountAsync(host));

        host.Clock.Advance(TimeSpan.FromDays(9));
        await client.LoginAsync("alice");
        Assert.Equal((3, 1), await CountAsync(host));

        host.Clock.Advance(TimeSpan.FromDays(2));
        await client.LoginAsync("alice");
        Assert.Equal((2, 0), await CountAsync(host));
    }

    private static async Task<(int SignIns, int Devices)> CountAsync(TestHost host)
    {
        await host.Services.GetRequiredService<HistoryWriter>().FlushAsync();
        var history = (await host.Services.GetRequiredService<HistoryKeeper>().LoadAsync(new MfaSubject("", "alice"), default)).History;
        return (SignInLog.Read(history).Count, history.Devices.Count);
    }
}
