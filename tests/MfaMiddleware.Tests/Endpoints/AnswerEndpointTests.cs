using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints;

public sealed class AnswerEndpointTests
{
    [Theory]
    [InlineData("/login", "welcome")]
    [InlineData("/token", "accessToken")]
    public async Task RightCode_AnswerOfEitherScheme_IsNotCached(string signIn, string member)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();
        var device = await host.EnrollTotpAsync("alice");
        var challenge = await client.PostAsync(signIn, new { user = "alice" });

        var done = await client.AnswerAsync(challenge.Token, device.Code());

        Assert.Equal(200, done.Status);
        Assert.NotNull(done[member]);
        Assert.True(done.Message.Headers.CacheControl!.NoStore);
    }
}
