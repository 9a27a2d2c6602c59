using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Interposition;

/// <summary>
/// The outermost middleware: it marks each request, and after the pipeline it answers for the sign-ins that were captured. A request that
/// signs nobody in pays for the mark and one look-up.
/// </summary>
internal sealed class SignInGateMiddleware(RequestDelegate next, HeldSignInResponder responder, BearerRefreshTickets refreshTickets, TokenMisuse misuse)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Features.Set(MfaRequestState.Idle);
        if (refreshTickets.MayRefresh(context)) return InvokeWithRefreshAsync(context);

        var pipeline = Start(context);
        return pipeline.IsCompletedSuccessfully && IsIdle(context) ? Task.CompletedTask : AwaitAsync(context, pipeline);
    }

    private async Task InvokeWithRefreshAsync(HttpContext context)
    {
        using (refreshTickets.Watch(context)) await AwaitAsync(context, Start(context));
        await misuse.AuditRefreshAsync(context);
    }

    /// <summary>An exception before the first await of the pipeline ends like any other.</summary>
    private Task Start(HttpContext context)
    {
        try
        {
            return next(context);
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    private async Task AwaitAsync(HttpContext context, Task pipeline)
    {
        try
        {
            await pipeline;
        }
        catch (Exception) when (MfaRequestState.Find(context)?.Held is { HasSignIns: true })
        {
            var held = MfaRequestState.Find(context)!.Held!;
            if (held.IsStolen) return;
            held.Abandon();
            throw;
        }

        if (MfaRequestState.Find(context)?.Held is { } response) await responder.RespondAsync(context, response);
    }

    private static bool IsIdle(HttpContext context) => ReferenceEquals(MfaRequestState.Find(context), MfaRequestState.Idle);
}
