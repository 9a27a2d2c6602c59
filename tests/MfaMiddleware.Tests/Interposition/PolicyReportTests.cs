using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

public sealed class PolicyReportTests
{
    [Fact]
    public async Task PolicyThatDoesLessThanItLooks_IsSaidAtStart()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Mode"] = "Suspicious";
            o.Settings["Policy:Observe"] = "true";
            // With this mode it spares nobody anything.
            o.Settings["Policy:AllowTrustedDevice"] = "true";
            o.Settings["TrustedDevices:Enabled"] = "true";
        });

        Assert.Equal(["Warning 140", "Warning 141", "Information 142"], Said(host));
    }

    [Fact]
    public async Task PolicyThatDoesWhatItLooks_IsNothingToSay()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            o.Settings["Policy:Rules:0:Role"] = "Admin";
            o.Settings["Policy:Rules:0:AllowTrustedDevice"] = "true";
            o.Settings["TrustedDevices:Enabled"] = "true";
        });

        Assert.Empty(Said(host));
    }

    private static IEnumerable<string> Said(TestHost host) => host.Logs.Lines
        .Where(l => l.Contains(".PolicyReport[", StringComparison.Ordinal))
        .Select(l => $"{l.Split(' ')[0]} {l.Split('[')[1].Split(']')[0]}");
}
