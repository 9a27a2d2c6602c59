using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Endpoints.Admin;

/// <summary>Finds the host's policy. Fail closed: without one nobody says who is an administrator, and the start fails.</summary>
internal static class AdminPolicy
{
    public static string Find(IServiceProvider services, string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new InvalidOperationException(
                "MapMfaAdmin() needs a policy that says who is an administrator: app.MapMfaAdmin(\"MfaAdmin\"), or Mfa:Admin:Policy, together with " +
                "builder.Services.AddAuthorizationBuilder().AddPolicy(\"MfaAdmin\", policy => policy.RequireRole(\"Admin\"));");
        }

        using var scope = services.CreateScope();
        var found = scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>().GetPolicyAsync(name).GetAwaiter().GetResult();
        return found is not null ? name : throw new InvalidOperationException($"MapMfaAdmin() is to ask for the policy '{name}', which this app doesn't have.");
    }
}
