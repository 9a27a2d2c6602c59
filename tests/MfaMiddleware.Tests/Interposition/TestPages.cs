using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware.Tests.Interposition;

/// <summary>The least that pages of a host's own can be: one form field, and the redirect in the end.</summary>
internal sealed class TestPages : IMfaPages
{
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost("/verify", VerifyAsync).DisableAntiforgery();

    public Task WriteErrorAsync(HttpContext context, string code) => context.Response.WriteAsync("page: " + code);

    private static async Task<IResult> VerifyAsync(HttpContext context, MfaSignInManager manager)
    {
        var form = await context.Request.ReadFormAsync();
        var (pending, completed) = await manager.FindInBrowserAsync(context, context.Request.Query["id"], context.RequestAborted);
        if (completed is not null) return Results.LocalRedirect(completed);
        if (pending is null) return Results.NotFound();
        return await manager.AnswerAsync(context, pending, new MfaAnswer { Code = form["code"] }, null, context.RequestAborted) switch
        {
            MfaSignInResult.Completed done => Results.Redirect(done.BrowserUrl),
            MfaSignInResult.Rejected => Results.BadRequest(),
            _ => Results.StatusCode(403),
        };
    }
}
