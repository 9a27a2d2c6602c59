using System.Security.Claims;
using MfaMiddleware.Completion;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Identity;

/// <summary>
/// The last word of ASP.NET Core Identity before a challenged sign-in completes: a password that was changed, an account that was locked out or may
/// no longer sign in, in the minutes since the password, ends it. It does nothing in an app without Identity, and nothing for schemes of others.
/// </summary>
/// <param name="services">The host's registrations, to find its user type when the first sign-in completes.</param>
internal sealed class IdentityCompletionCheck(IServiceCollection services)
{
    private readonly Lazy<IReadOnlyList<IIdentityUsers>> _users = new(() => Find(services));

    public async Task RunAsync(MfaCompletingContext context)
    {
        if (_users.Value.Count == 0 || !IsIdentitys(context)) return;
        var whyNot = "";
        foreach (var users in _users.Value)
        {
            if (await users.WhyNotAsync(context.HttpContext.RequestServices, context.Principal) is not { } reason) return;
            whyNot = reason;
        }

        // Fail closed: a user that Identity doesn't know any more, or not like this, is not signed in.
        context.Refuse(whyNot);
    }

    private static bool IsIdentitys(MfaCompletingContext context)
    {
        if (context.Scheme == IdentityConstants.ApplicationScheme || context.Scheme == IdentityConstants.BearerScheme) return true;
        var options = context.HttpContext.RequestServices.GetRequiredService<IOptions<IdentityOptions>>().Value;
        return context.Principal.HasClaim(c => c.Type == options.ClaimsIdentity.SecurityStampClaimType);
    }

    private static List<IIdentityUsers> Find(IServiceCollection services) =>
    [
        .. services.Where(d => !d.IsKeyedService && d.ServiceType.IsConstructedGenericType && d.ServiceType.GetGenericTypeDefinition() == typeof(SignInManager<>))
            .Select(d => d.ServiceType.GenericTypeArguments[0]).Distinct()
            .Select(user => (IIdentityUsers)Activator.CreateInstance(typeof(IdentityUsers<>).MakeGenericType(user))!),
    ];
}

/// <summary>The host's users, whatever their type.</summary>
internal interface IIdentityUsers
{
    /// <summary>Why this user may not sign in; null where they may.</summary>
    Task<string?> WhyNotAsync(IServiceProvider services, ClaimsPrincipal principal);
}

/// <summary>The users of one type.</summary>
/// <typeparam name="TUser">The host's user type.</typeparam>
internal sealed class IdentityUsers<TUser> : IIdentityUsers
    where TUser : class
{
    public async Task<string?> WhyNotAsync(IServiceProvider services, ClaimsPrincipal principal)
    {
        var manager = services.GetRequiredService<SignInManager<TUser>>();
        if (await manager.ValidateSecurityStampAsync(principal) is not { } user) return "security_stamp_changed";
        if (manager.UserManager.SupportsUserLockout && await manager.UserManager.IsLockedOutAsync(user)) return "locked_out";
        return await manager.CanSignInAsync(user) ? null : "not_allowed";
    }
}
