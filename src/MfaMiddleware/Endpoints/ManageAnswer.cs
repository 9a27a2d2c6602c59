using MfaMiddleware.Enrollment;
using MfaMiddleware.StepUp;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary>What the JSON API answers to a change of one's own factors or devices.</summary>
internal sealed class ManageAnswer(EnrollmentPresenter enrollments, InsufficientAuthentication insufficient)
{
    public Task WriteAsync(HttpContext context, MfaManageResult result) => result switch
    {
        MfaManageResult.EnrollmentStarted started => WriteAsync(context, 200, enrollments.Describe(started.Enrollment)),
        MfaManageResult.FactorAdded added => WriteAsync(context, 200, new MfaResponse { Factor = View(added.Factor) }),
        MfaManageResult.FactorRenamed renamed => WriteAsync(context, 200, new MfaResponse { Factor = View(renamed.Factor) }),
        MfaManageResult.FactorRemoved or MfaManageResult.DevicesRemoved => NoContent(context),
        MfaManageResult.RecoveryCodesReplaced replaced => WriteAsync(context, 200, new MfaResponse { RecoveryCodes = replaced.Codes }),
        MfaManageResult.Rejected rejected => WriteAsync(
            context, 401, new MfaResponse { Type = 1, Error = "invalid_code", AttemptsRemaining = rejected.AttemptsRemaining }),
        MfaManageResult.Exhausted => WriteAsync(context, 401, new MfaResponse { Type = 1, Error = "too_many_attempts" }),
        MfaManageResult.NotSignedIn => NotSignedIn(context),
        MfaManageResult.ProofRequired required => insufficient.WriteAsync(context, new StepUpDemand(required.MaxAge, required.Strength, [])),
        MfaManageResult.NotAllowed => WriteAsync(context, 403, new MfaResponse { Error = "enrollment_not_allowed" }),
        MfaManageResult.Invalid invalid => MfaRequestReader.RefuseAsync(context, invalid.Description),
        MfaManageResult.Resynchronized resynchronized => WriteAsync(context, 200, new MfaResponse { Factor = View(resynchronized.Factor) }),
        MfaManageResult.WrongCodes => WriteAsync(context, 401, new MfaResponse { Type = 1, Error = "invalid_code" }),
        MfaManageResult.Throttled throttled => MfaResponseWriter.WriteAsync(context, 429, MfaResponseWriter.Throttled(null, throttled.RetryAfter)),
        MfaManageResult.TooMany tooMany => WriteAsync(
            context, 429, new MfaResponse { Error = "too_many_sessions", RetryAfter = MfaResponseWriter.Seconds(tooMany.RetryAfter) }),
        _ => WriteAsync(context, 404, new MfaResponse { Error = "not_found" }),
    };

    public static Task NotSignedIn(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(context, 401, new MfaResponse { Error = "login_required" });
    }

    public static FactorView View(MfaEnrolledFactor factor) =>
        new(factor.Id, factor.Method, factor.Name ?? factor.Label, factor.CreatedAt)
        {
            LastUsedAt = factor.LastUsedAt,
            Hint = factor.Hint,
            Transports = factor.Key?.Transports,
            BackupEligible = factor.Key?.IsBackupEligible,
            BackedUp = factor.Key?.IsBackedUp,
        };

    private static Task NoContent(HttpContext context)
    {
        MfaResponseWriter.NoContent(context);
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, int status, MfaResponse response) => MfaResponseWriter.WriteAsync(context, status, response);
}
