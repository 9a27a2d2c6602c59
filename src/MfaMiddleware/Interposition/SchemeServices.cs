using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Interposition;

/// <summary>Looks a scheme up that must exist.</summary>
internal static class SchemeServices
{
    public static async Task<AuthenticationScheme> SchemeAsync(this IServiceProvider services, string name) =>
        await services.GetRequiredService<IAuthenticationSchemeProvider>().GetSchemeAsync(name)
        ?? throw new InvalidOperationException($"The scheme '{name}' is gone.");
}
