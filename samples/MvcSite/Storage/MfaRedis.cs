using MfaMiddleware;

namespace MvcSite.Storage;

/// <summary>Where the pending sign-ins and the send budgets are kept: on Redis where <c>Mfa:Redis:Configuration</c> names one, or else where they were.</summary>
public static class MfaRedis
{
    public static MfaBuilder AddMfaRedis(this MfaBuilder mfa, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration["Mfa:Redis:Configuration"]))
            return mfa;

        mfa.Services.AddHealthChecks().AddMfaRedis();
        return mfa.AddRedisPendingSessions();
    }
}
