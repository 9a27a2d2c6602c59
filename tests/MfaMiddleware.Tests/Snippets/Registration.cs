using System.Security.Claims;
using System.Threading.Channels;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Snippets;

internal static class Registration
{
    // The Host header is the client's to choose, in any case: only what is listed here is a tenant.
    private static readonly Dictionary<string, string> Tenants = new(StringComparer.OrdinalIgnoreCase) { ["localhost"] = "localhost", ["north.example.com"] = "north" };

    public static void AddParts(IServiceCollection services, MfaBuilder mfa)
    {
        services.AddSingleton(Channel.CreateUnbounded<MfaEvent>());
        mfa.AddMethod<TanListMethod>()
            .AddPolicy<OfficePolicy>()
            .AddEventSink<OwnerNoticeSink>()
            .UseRealm(context => Tenants.TryGetValue(context.Request.Host.Host, out var tenant) ? tenant : throw new BadHttpRequestException("There is no such tenant."))
            .OnCompleting(completing =>
            {
                if (completing.Principal.HasClaim(ClaimTypes.UserData, "blocked")) completing.Refuse();
                return Task.CompletedTask;
            });
    }
}
