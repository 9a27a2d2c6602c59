using System.Security.Claims;
using System.Threading.Channels;
using MfaMiddleware.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Snippets;

internal static class Registration
{
    public static void AddParts(IServiceCollection services, MfaBuilder mfa)
    {
        services.AddSingleton(Channel.CreateUnbounded<MfaEvent>());
        mfa.AddMethod<TanListMethod>()
            .AddPolicy<OfficePolicy>()
            .AddEventSink<OwnerNoticeSink>()
            .UseRealm(context => context.Request.Host.Host)
            .OnCompleting(completing =>
            {
                if (completing.Principal.HasClaim(ClaimTypes.UserData, "blocked")) completing.Refuse();
                return Task.CompletedTask;
            });
    }
}
