using System.Security.Claims;
using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.StepUp;
using MfaMiddleware.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Interposition;

/// <summary>What must hold before the first request: a start that fails is better than a gate with a hole.</summary>
internal sealed partial class StartupChecks(
    IServiceProvider services, MfaSettings settings, MfaEndpointMap map, IHostEnvironment environment, ILogger<StartupChecks> logger)
{
    public async Task RunAsync()
    {
        CheckThatOffIsMeant();
        CheckEndpoints();
        services.GetRequiredService<RequireMfaCheck>().Run();
        CheckFactorStore();
        CheckPendingSessionStore();
        CheckAudit();
        services.GetRequiredService<Methods.Sms.SmsStartup>().Run();
        await CheckGateAsync();
        await CheckLookupKeyAsync();
        services.GetRequiredService<PolicyReport>().Write();
        await services.GetRequiredService<SchemeReport>().WriteAsync();
        services.GetRequiredService<PasswordGrantReport>().Write();
        await CheckResultHandlerAsync();
    }

    private void CheckThatOffIsMeant()
    {
        var options = settings.Current;
        if (options.Enabled) return;
        if (!environment.IsDevelopment() && !options.IUnderstandThatMfaIsOff)
        {
            throw new InvalidOperationException(
                "Mfa:Enabled is False, which lets everybody in without a second factor. Outside Development that needs Mfa:IUnderstandThatMfaIsOff = true as well.");
        }

        Log.GateIsOpen(logger);
    }

    private void CheckEndpoints()
    {
        if (map.BasePath is null)
        {
            throw new InvalidOperationException("AddMfa() is there, but MapMfa() is not: nobody could answer a challenge. Add this line before app.Run(): app.MapMfa();");
        }
    }

    private void CheckFactorStore()
    {
        var store = services.GetService<IMfaFactorStore>() ?? throw new InvalidOperationException(FactorStore.Missing);

        if (environment.IsDevelopment()) return;
        if (store is InMemoryFactorStore)
        {
            throw new InvalidOperationException(
                "The in-memory factor store works in Development only: after a restart nobody would have a factor, and whoever has a password would enrol first.");
        }

        if (!settings.Current.AcceptEphemeralKeys && KeysProblem() is { } problem)
        {
            throw new InvalidOperationException(
                $"The factor store is durable, but {problem}: after a restart or on another node its secrets might not open, and nobody could sign in. Add " +
                "builder.Services.AddDataProtection().SetApplicationName(\"…\").PersistKeysTo…(…); or accept it with Mfa:AcceptEphemeralKeys = true.");
        }
    }

    /// <summary>Right for one node, and nobody can see from inside of it that there is another.</summary>
    private void CheckPendingSessionStore()
    {
        if (!environment.IsDevelopment() && services.GetRequiredService<IPendingSessionStore>() is InMemoryPendingSessionStore) Log.SessionsInMemory(logger);
    }

    private void CheckAudit()
    {
        if (!settings.Current.AuditRequired || services.GetRequiredService<MfaEvents>().HasAudit) return;
        throw new InvalidOperationException(
            "Mfa:AuditRequired is True, but there is no event sink that could take the audit: nobody could sign in. Add one: builder.Services.AddMfa().AddEventSink<T>();");
    }

    private string? KeysProblem()
    {
        if (services.GetRequiredService<IOptions<KeyManagementOptions>>().Value.XmlRepository is null) return "the Data Protection keys are not persisted explicitly";
        var name = services.GetRequiredService<IOptions<DataProtectionOptions>>().Value.ApplicationDiscriminator;
        return string.IsNullOrEmpty(name) || name.TrimEnd('/', '\\') == environment.ContentRootPath.TrimEnd('/', '\\')
            ? "Data Protection has no application name of its own"
            : null;
    }

    /// <summary>Asks by a sign-in to a scheme that doesn't exist: it reaches the gate, or whoever took its place.</summary>
    private async Task CheckGateAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var authentication = scope.ServiceProvider.GetRequiredService<IAuthenticationService>();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var probe = new GateProbe();
        context.Features.Set(probe);
        try
        {
            await authentication.SignInAsync(context, "MfaMiddleware.Probe", new ClaimsPrincipal(new ClaimsIdentity("probe")), new AuthenticationProperties());
        }
        catch (Exception e)
        {
            Log.ProbeFailed(logger, e);
        }

        if (probe.Reached) return;
        throw new InvalidOperationException(
            $"Sign-ins don't reach MFA: the IAuthenticationService of this app is {authentication.GetType().FullName}, which took the gate's place after AddMfa() " +
            "and doesn't call it. Register that service before AddMfa(), or let it wrap the one that is registered.");
    }

    private async Task CheckResultHandlerAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var handler = scope.ServiceProvider.GetRequiredService<IAuthorizationMiddlewareResultHandler>();
        if (handler is not StepUpResultHandler) Log.StepUpBypassed(logger, handler.GetType().FullName);
    }

    private async Task CheckLookupKeyAsync()
    {
        try
        {
            await services.GetRequiredService<LookupHasher>().EnsureKeyAsync(CancellationToken.None);
            // The first read of a process is its slowest: better now than within the time budget of the first sign-in.
            await services.GetRequiredService<FactorStore>().FindAsync(new MfaSubject("", "start-up"), CancellationToken.None);
        }
        catch (Exception e) when (e is not System.Security.Cryptography.CryptographicException)
        {
            // The store is down, or an app that migrates later has no tables yet: the app starts, who needs no factor signs in, everybody else gets a 503 until it is back.
            Log.StoreIsDown(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(130, LogLevel.Critical, "MFA is off (Mfa:Enabled is false): everybody signs in without a second factor.")]
        public static partial void GateIsOpen(ILogger logger);

        [LoggerMessage(131, LogLevel.Debug, "The probe for the gate ended with an exception.")]
        public static partial void ProbeFailed(ILogger logger, Exception exception);

        [LoggerMessage(132, LogLevel.Error, "The factor store can't be read at start: users who need a factor get 503 until it can. Is its database up, and does it have the tables of MfaMiddleware (in a context of the app's own: by a migration)?")]
        public static partial void StoreIsDown(ILogger logger, Exception exception);

        [LoggerMessage(139, LogLevel.Warning, "Pending sign-ins are kept in the memory of this process, which is right for one node. With several, one that begins here is unknown to the others: let them share a store, with AddRedisPendingSessions() or AddEntityFrameworkPendingSessions().")]
        public static partial void SessionsInMemory(ILogger logger);

        [LoggerMessage(135, LogLevel.Warning, "{Handler} was registered as the IAuthorizationMiddlewareResultHandler after AddMfa(): endpoints with RequireMfa answer \"forbidden\" where they would lead to a step-up. Register it before AddMfa().")]
        public static partial void StepUpBypassed(ILogger logger, string? handler);
    }
}
