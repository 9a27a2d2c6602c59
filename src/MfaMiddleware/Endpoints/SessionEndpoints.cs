using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Endpoints;

/// <summary><c>GET /mfa/session</c>: the state of a pending session, in the shape of the sign-in's answer.</summary>
internal sealed class SessionEndpoint(PendingSessionFinder finder, ChallengePresenter presenter)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await finder.FindAsync(context, MfaRequestReader.TokenOf(context)) is not { } pending) return;
        await MfaResponseWriter.WriteAsync(
            context, StatusCodes.Status200OK, await presenter.DescribeAsync(pending.Session, pending.Token, context.RequestAborted));
    }
}

/// <summary><c>POST /mfa/cancel</c>: ends a pending session.</summary>
internal sealed class CancelEndpoint(PendingSessionFinder finder, MfaSignInManager manager)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await finder.FindAsync(context) is not { } found) return;
        await manager.CancelAsync(found.Pending, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
