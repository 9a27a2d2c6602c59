using MfaMiddleware;
using MfaMiddleware.Interposition;
using MfaMiddleware.Policies.History;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Http;

/// <summary>What a host's login and account pages report, a line each.</summary>
public static class MfaRiskHttpContextExtensions
{
    /// <summary>Reports a wrong password. Takes no time: it is noted in the background.</summary>
    /// <param name="context">The request.</param>
    /// <param name="subjectId">The user's id as in the claim that names the subject; null where the name that was typed is nobody's.</param>
    /// <param name="typedName">What was typed, for counting the users whom one network tries.</param>
    public static void ReportFailedSignIn(this HttpContext context, string? subjectId, string? typedName = null) =>
        Reports(context).SignInFailed(subjectId is null ? null : SubjectOf(context, subjectId), typedName, context.Connection.RemoteIpAddress);

    /// <summary>Reports a new password: every known and trusted device of the user is void from now on.</summary>
    /// <param name="context">The request.</param>
    /// <param name="subjectId">The user's id.</param>
    /// <param name="wasReset">Whether it was set without the old one: by a link in a mail, by a help desk.</param>
    /// <returns>When it is kept.</returns>
    /// <exception cref="MfaUnavailableException">It could not be kept.</exception>
    public static Task ReportPasswordChangedAsync(this HttpContext context, string subjectId, bool wasReset = false) =>
        Reports(context).PasswordChangedAsync(SubjectOf(context, subjectId), wasReset, context.RequestAborted);

    /// <summary>Makes every known and trusted device of a user void: for "sign out everywhere".</summary>
    /// <param name="context">The request.</param>
    /// <param name="subjectId">The user's id.</param>
    /// <returns>When it is kept.</returns>
    /// <exception cref="MfaUnavailableException">It could not be kept.</exception>
    public static Task ReportSignedOutEverywhereAsync(this HttpContext context, string subjectId) =>
        Reports(context).SignedOutEverywhereAsync(SubjectOf(context, subjectId), context.RequestAborted);

    private static MfaRiskReports Reports(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RequestServices.GetRequiredService<MfaRiskReports>();
    }

    private static MfaSubject SubjectOf(HttpContext context, string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return new MfaSubject(context.RequestServices.GetRequiredService<RealmResolver>().Resolve(context), id);
    }
}
