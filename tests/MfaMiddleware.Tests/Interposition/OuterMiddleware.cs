using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>A middleware around everything, the gate too, where it is registered before <c>AddMfa()</c>.</summary>
internal sealed class OuterMiddleware(Func<HttpContext, RequestDelegate, Task> invoke) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(invoke);
        next(app);
    };
}
