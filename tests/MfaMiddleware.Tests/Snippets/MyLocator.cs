using System.Net;
using MfaMiddleware.Policies.Signals;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Snippets;

internal sealed class MyLocator : IGeoLocator
{
    public ValueTask<GeoLocation?> LocateAsync(IPAddress address, CancellationToken cancellationToken) => new((GeoLocation?)null);
}

internal static class LocatorRegistration
{
    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddMfa().AddGeoLocator<MyLocator>();
    }
}
