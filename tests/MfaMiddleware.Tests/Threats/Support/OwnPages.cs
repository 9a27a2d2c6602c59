using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>The pages of a host that has its own: as plain as can be, over the same engine.</summary>
internal sealed class OwnPages : IMfaPages
{
    public static void Use(TestHostOptions options) => options.ServicesAfter = services => services.AddSingleton<IMfaPages, OwnPages>();

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/verify", async (HttpContext context, string? id, MfaSignInManager manager) =>
        {
            var (pending, url) = await manager.FindInBrowserAsync(context, id, context.RequestAborted);
            return pending is null ? Results.Text(url ?? "nobody waits here", statusCode: 404) : Results.Text("waiting: " + pending.Id);
        });
        endpoints.MapPost("/verify", async (HttpContext context, string? id, MfaSignInManager manager) =>
        {
            var form = await context.Request.ReadFormAsync();
            var (pending, _) = await manager.FindInBrowserAsync(context, id, context.RequestAborted);
            if (pending is null) return Results.Text("nobody waits here", statusCode: 404);
            var result = await manager.AnswerAsync(context, pending, new MfaAnswer { Code = form["code"] }, null, context.RequestAborted);
            return result is MfaSignInResult.Completed done ? Results.Redirect(done.BrowserUrl) : Results.Text("wrong", statusCode: 401);
        });
    }

    public Task WriteErrorAsync(HttpContext context, string code) => context.Response.WriteAsync(code);
}

/// <summary>A browser that sends the login form.</summary>
internal static class FormLogin
{
    public static Task<Reply> FormLoginAsync(this MfaClient client, string user) =>
        client.PostTextAsync("/form", "user=" + user, "application/x-www-form-urlencoded", ("Accept", "text/html"));
}
