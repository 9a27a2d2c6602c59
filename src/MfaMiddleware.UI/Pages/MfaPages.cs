using MfaMiddleware.UI.Assets;
using MfaMiddleware.UI.Pages.Continue;
using MfaMiddleware.UI.Pages.Manage;
using MfaMiddleware.UI.Pages.Setup;
using MfaMiddleware.UI.Pages.Verify;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware.UI.Pages;

/// <summary>The pages, an endpoint a line.</summary>
internal sealed class MfaPages(ProblemPage problem) : IMfaPages
{
    private const int MaxBody = 32 * 1024;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/assets/{file}", (HttpContext c, PageAssets a) => a.HandleAsync(c)).WithName(PageLinks.AssetName);
        endpoints.MapGet("/client.js", (HttpContext c, PageAssets a) => a.ServeClient(c)).ExcludeFromDescription();

        var pages = endpoints.MapGroup("").AddEndpointFilter<RouteGroupBuilder, PageGuard>().WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        pages.MapGet("/verify", (HttpContext c, VerifyPage p) => p.ShowAsync(c)).WithName(PageLinks.VerifyName);
        pages.MapPost("/verify", (HttpContext c, VerifyPage p) => p.AnswerAsync(c));
        pages.MapGet("/setup", (HttpContext c, SetupPage p) => p.ShowAsync(c)).WithName(PageLinks.SetupName);
        pages.MapPost("/setup", (HttpContext c, SetupPage p) => p.AnswerAsync(c));
        pages.MapGet("/codes", (HttpContext c, SetupPage p) => p.ShowCodesAsync(c)).WithName(PageLinks.CodesName);
        pages.MapGet("/continue", (HttpContext c, ContinuePage p) => p.ShowAsync(c));
        pages.MapGet("/manage", (HttpContext c, ManagePage p) => p.ShowAsync(c)).WithName(PageLinks.ManageName);
        pages.MapPost("/manage", (HttpContext c, ManagePage p) => p.ChangeAsync(c));
        pages.MapGet("/manage/add", (HttpContext c, AddPage p) => p.ShowAsync(c)).WithName(PageLinks.AddName);
        pages.MapPost("/manage/add", (HttpContext c, AddPage p) => p.AnswerAsync(c));
    }

    public Task WriteErrorAsync(HttpContext context, string code) => problem.WriteAsync(context, code, context.Response.StatusCode);
}
