using System.Globalization;
using MfaMiddleware;
using MfaMiddleware.Methods;

namespace AuthorizationServer.Backend;

/// <summary>What the authorize endpoint of backends answers while the second factor is missing: the same shapes as <c>/mfa</c>.</summary>
public sealed class SecondFactorStep(MfaSignInManager signIns, TimeProvider time)
{
    /// <summary>Says what may be answered; where that is one message alone, it goes out now.</summary>
    public async Task<IResult> AskAsync(HttpContext context, MfaPendingSignIn pending, CancellationToken cancellationToken)
    {
        if (pending.Methods.Where(method => !method.IsRecovery).ToList() is not [{ NeedsChallenge: true, UsesBrowser: false, Challenge: null } only])
            return Unauthorized(pending, null);
        if (await signIns.ChallengeAsync(pending, only.Method, only.Id, cancellationToken) is not { } started)
            return Results.Json(new { type = 1, error = "invalid_token" }, statusCode: StatusCodes.Status401Unauthorized);
        return started.Result is ChallengeResult.Throttled throttled
            ? Throttled(context, pending, throttled.RetryAfter)
            : Unauthorized(started.Next, null);
    }

    public IResult Refuse(HttpContext context, MfaPendingSignIn pending, MfaSignInResult result) => result switch
    {
        MfaSignInResult.Rejected rejected => Unauthorized(rejected.Next, "invalid_code"),
        MfaSignInResult.MayEnroll open => Unauthorized(open.Next, null),
        MfaSignInResult.Throttled throttled => Throttled(context, pending, throttled.RetryAfter),
        MfaSignInResult.Exhausted => Error(StatusCodes.Status401Unauthorized, "too_many_attempts"),
        MfaSignInResult.MethodRequired => Error(StatusCodes.Status400BadRequest, "method_required"),
        MfaSignInResult.Denied => Error(StatusCodes.Status403Forbidden, "access_denied"),
        MfaSignInResult.EnrollmentNotAllowed => Error(StatusCodes.Status403Forbidden, "enrollment_not_allowed"),
        _ => Error(StatusCodes.Status401Unauthorized, "invalid_token"),
    };

    private IResult Unauthorized(MfaPendingSignIn pending, string? error) =>
        Results.Json(PendingView.Of(pending, error, time.GetUtcNow()), statusCode: StatusCodes.Status401Unauthorized);

    private static IResult Throttled(HttpContext context, MfaPendingSignIn pending, TimeSpan wait)
    {
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Results.Json(new { type = 1, error = "throttled", retry_after = seconds, mfa_token = pending.Token }, statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static IResult Error(int status, string error) => Results.Json(new { type = 1, error }, statusCode: status);
}
