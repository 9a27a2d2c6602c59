using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Interposition;

/// <summary>
/// Says at start for each scheme whether it is gated, and warns of those that look like an intermediate step, and of settings for a scheme that isn't there.
/// </summary>
internal sealed partial class SchemeReport(
    IServiceProvider services, IAuthenticationSchemeProvider schemes, GatedSchemes gated, MfaSettings settings, ILogger<SchemeReport> logger)
{
    public async Task WriteAsync()
    {
        var all = (await schemes.GetAllSchemesAsync()).ToList();
        foreach (var scheme in all.Where(s => typeof(IAuthenticationSignInHandler).IsAssignableFrom(s.HandlerType)))
        {
            if (gated.ExemptionOf(scheme.Name) is { } reason) Log.Exempt(logger, scheme.Name, reason);
            else Log.Gated(logger, scheme.Name);
            // The refresh-ticket protector is wrapped when the options are made: before the first request.
            if (GatedSchemes.IsBearer(scheme)) services.GetRequiredService<IOptionsMonitor<BearerTokenOptions>>().Get(scheme.Name);
        }

        // A remote handler signs in to another scheme, which is gated; the rest let a request in by themselves.
        foreach (var scheme in all.Where(s => !typeof(IAuthenticationSignInHandler).IsAssignableFrom(s.HandlerType) && !typeof(IAuthenticationRequestHandler).IsAssignableFrom(s.HandlerType)))
        {
            Log.OutOfReach(logger, scheme.Name, scheme.HandlerType.Name);
        }

        WarnOfUnknownSchemes([.. all.Select(s => s.Name)]);
        await WarnOfIntermediateSchemesAsync(all);
    }

    /// <summary>A rule for a scheme of a name that was mistyped asks nobody for anything. No error: an app may add schemes while it runs.</summary>
    private void WarnOfUnknownSchemes(HashSet<string> registered)
    {
        var options = settings.Current;
        var named = options.Policy.Rules.Select((rule, i) => (Setting: $"Policy:Rules:{i}:Scheme", rule.Scheme))
            .Concat(options.ExemptSchemes.Keys.Select(name => (Setting: "ExemptSchemes", (string?)name)))
            .Concat(options.PrimaryMethods.Keys.Select(name => (Setting: "PrimaryMethods", (string?)name)))
            .Concat(options.SignInNowSchemes.Select(name => (Setting: "SignInNowSchemes", (string?)name)));
        foreach (var (setting, name) in named)
        {
            if (name is not null && !registered.Contains(name)) Log.Unknown(logger, setting, name, string.Join(", ", registered));
        }
    }

    private async Task WarnOfIntermediateSchemesAsync(List<AuthenticationScheme> all)
    {
        var defaults = await DefaultsAsync();
        foreach (var remote in all.Where(s => typeof(IAuthenticationRequestHandler).IsAssignableFrom(s.HandlerType)))
        {
            if (SignInSchemeOf(remote) is { } target && gated.IsGated(target) && !defaults.Contains(target)) Log.MayBeIntermediate(logger, target, remote.Name);
        }
    }

    private async Task<HashSet<string?>> DefaultsAsync() =>
        [(await schemes.GetDefaultSignInSchemeAsync())?.Name, (await schemes.GetDefaultAuthenticateSchemeAsync())?.Name];

    private string? SignInSchemeOf(AuthenticationScheme remote)
    {
        try
        {
            return (OptionsOf(remote) as RemoteAuthenticationOptions)?.SignInScheme;
        }
        catch (Exception e)
        {
            // Options that can't be made are the host's concern: the framework says so when they are used.
            Log.OptionsUnknown(logger, e, remote.Name);
            return null;
        }
    }

    /// <summary>The type of a scheme's options is known to its handler alone.</summary>
    private object? OptionsOf(AuthenticationScheme scheme)
    {
        for (var type = scheme.HandlerType; type is not null; type = type.BaseType!)
        {
            if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(AuthenticationHandler<>)) continue;
            var monitor = typeof(IOptionsMonitor<>).MakeGenericType(type.GetGenericArguments());
            return monitor.GetMethod("Get")!.Invoke(services.GetRequiredService(monitor), [scheme.Name]);
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(133, LogLevel.Information, "Scheme {Scheme} is gated by MFA.")]
        public static partial void Gated(ILogger logger, string scheme);

        [LoggerMessage(134, LogLevel.Information, "Scheme {Scheme} is exempt from MFA: {Reason}.")]
        public static partial void Exempt(ILogger logger, string scheme, string reason);

        [LoggerMessage(137, LogLevel.Warning, "Scheme {Scheme} is gated by MFA, and what the remote scheme {Remote} signs in to, but no default scheme. If it is an intermediate step and never a session, add: builder.Services.AddMfa().Exempt(\"{Scheme}\", \"the reason\");")]
        public static partial void MayBeIntermediate(ILogger logger, string scheme, string remote);

        [LoggerMessage(138, LogLevel.Warning, "Scheme {Scheme} ({Handler}) authenticates each request by itself and signs nobody in: MFA is not asked for there.")]
        public static partial void OutOfReach(ILogger logger, string scheme, string handler);

        [LoggerMessage(143, LogLevel.Warning, "Mfa:{Setting} names the scheme {Scheme}, which isn't registered and so has no effect there. Registered are {Registered}; upper and lower case count.")]
        public static partial void Unknown(ILogger logger, string setting, string scheme, string registered);

        [LoggerMessage(136, LogLevel.Debug, "The options of the remote scheme {Remote} could not be read at start.")]
        public static partial void OptionsUnknown(ILogger logger, Exception exception, string remote);
    }
}
