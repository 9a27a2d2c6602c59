using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace MfaMiddleware.Interposition;

/// <summary>
/// Puts the gate around the whole app, where a host can't misplace it: remote handlers sign in inside <c>UseAuthentication</c>. The checks of
/// the start come last, when every endpoint is mapped and before the server listens.
/// </summary>
internal sealed class MfaStartupFilter(StartupChecks checks) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMiddleware<SignInGateMiddleware>();
        next(app);
        checks.RunAsync().GetAwaiter().GetResult();
    };
}
