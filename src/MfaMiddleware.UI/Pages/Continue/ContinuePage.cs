using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.UI.Pages.Continue;

/// <summary>
/// <c>/mfa/continue</c>: posts the form again that the second factor interrupted. By a button: what was posted is the user's to repeat, and no
/// reload or prefetch does it.
/// </summary>
internal sealed class ContinuePage(MfaSignInManager manager, PageWriter writer, ProblemPage problem)
{
    public async Task ShowAsync(HttpContext context)
    {
        if (await manager.FindKeptFormAsync(context, context.Request.Query["request"], context.RequestAborted) is not { } form)
        {
            await problem.WriteAsync(context, MfaProblem.FormGone);
            return;
        }

        context.Response.OnStarting(LetOriginThroughAsync, context.Response);
        await writer.WriteAsync(context, "Continue", new MfaContinueModel(form.Url, form.Fields));
    }

    /// <summary>Without a referrer the form would come with the origin <c>null</c>, which apps refuse that look at origins.</summary>
    private static Task LetOriginThroughAsync(object response)
    {
        ((HttpResponse)response).Headers["Referrer-Policy"] = "same-origin";
        return Task.CompletedTask;
    }
}
