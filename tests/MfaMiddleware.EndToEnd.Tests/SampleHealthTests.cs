using MfaMiddleware.EndToEnd.Tests.AuthorizationServer;
using MfaMiddleware.EndToEnd.Tests.MvcSite;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>What a load balancer asks the samples.</summary>
[Collection(SecondBrowserTests.Name)]
public sealed class SampleHealthTests(ShippedMvcSite site, AuthorizationServerSample server)
{
    [Fact]
    public async Task Healthz_IsOpenToAnybody_AndHealthy()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        Assert.Equal("Healthy", await client.GetStringAsync(new Uri(site.Address, "/healthz")));
        Assert.Equal("Healthy", await client.GetStringAsync(new Uri(server.Address, "/healthz")));
    }
}
