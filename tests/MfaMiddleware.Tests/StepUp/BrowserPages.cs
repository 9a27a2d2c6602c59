using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware.Tests.StepUp;

/// <summary>The least that pages can be: a post to <c>/mfa/verify</c> answers the session of the URL.</summary>
internal sealed class BrowserPages : IMfaPages
{
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/verify", async (HttpContext context, MfaSignInManager manager, string id, string code) =>
    {
        var (pending, _) = await manager.FindInBrowserAsync(context, id, context.RequestAborted);
        if (pending is null) return Results.NotFound();
        var result = await manager.AnswerAsync(context, pending, new MfaAnswer { Code = code }, null, context.RequestAborted);
        if (result is not MfaSignInResult.Completed completed) return Results.BadRequest();
        context.Response.Headers.Location = completed.BrowserUrl;
        return Results.StatusCode(303);
    });

    public Task WriteErrorAsync(HttpContext context, string code) => context.Response.WriteAsync("page: " + code);
}
