using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>No cache of the host keeps the emptied response of a held sign-in.</summary>
public sealed class CacheTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NextRequest_GetsTheRealThing(bool outputCache)
    {
        var signsIn = true;
        await using var host = await Seam.StartAsync(
            async context =>
            {
                if (signsIn) await Seam.SignInAsync(context);
                context.Response.GetTypedHeaders().CacheControl = new() { Public = true, MaxAge = TimeSpan.FromHours(1) };
                await context.Response.WriteAsync("the real thing");
            },
            o =>
            {
                o.ServicesAfter = s => s.AddResponseCaching().AddOutputCache(c => c.AddBasePolicy(p => p.Cache()));
                o.Pipeline = app => _ = outputCache ? app.UseOutputCache() : app.UseResponseCaching();
            });
        using var client = host.Client();

        var challenge = await client.GetAsync("/go");
        signsIn = false;
        var next = await client.GetAsync("/go");
        var cached = await client.GetAsync("/go");

        Seam.IsChallenge(challenge);
        Assert.Equal("the real thing", next.Body);
        // The cache of this host works: else the test would prove nothing.
        Assert.True(cached.Message.Headers.Age is not null, cached.Everything);
    }
}
