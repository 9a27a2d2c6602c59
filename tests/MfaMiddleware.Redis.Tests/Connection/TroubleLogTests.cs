using MfaMiddleware.Redis.Connection;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Redis.Tests.Connection;

public sealed class TroubleLogTests
{
    [Fact]
    public void SuccessesBetweenFaults_AreNoEndOfTheTrouble_AndEachFaultIsSaidOnce()
    {
        using var logs = new LogRecorder();
        var trouble = new TroubleLog(logs.CreateLogger("Redis"));

        for (var i = 0; i < 100; i++)
        {
            trouble.Failed(i % 2 == 0 ? RedisFault.TimedOut : RedisFault.NoPrimary);
            trouble.Succeeded();
        }

        Assert.True(trouble.IsThere);
        Assert.Equal(2, logs.Lines.Count);
        Assert.All(logs.Lines, l => Assert.Contains("[4001]", l, StringComparison.Ordinal));
    }
}
