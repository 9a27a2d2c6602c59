using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Routing;

namespace MfaMiddleware.UI.Pages;

/// <summary>Renders a view whole, then sends it: an error in a view is no half page.</summary>
internal sealed class PageWriter(IRazorViewEngine engine, IModelMetadataProvider metadata, ITempDataDictionaryFactory tempData)
{
    public async Task WriteAsync(HttpContext context, string view, object model, int status = StatusCodes.Status200OK)
    {
        var html = Encoding.UTF8.GetBytes(await RenderAsync(context, view, model));
        var response = context.Response;
        // After the rendering: making an antiforgery token sets headers of its own.
        PageHeaders.Set(response);
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = html.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(html, context.RequestAborted);
    }

    public static void Redirect(HttpContext context, string url)
    {
        PageHeaders.Set(context.Response);
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = url;
    }

    private async Task<string> RenderAsync(HttpContext context, string view, object model)
    {
        UseCulture(context);
        var path = $"/Views/Mfa/{view}.cshtml";
        var found = engine.GetView(null, path, isMainPage: true).EnsureSuccessful([path]).View!;
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        var action = new ActionContext(context, context.GetRouteData(), new ActionDescriptor());
        var data = new ViewDataDictionary(metadata, new ModelStateDictionary()) { Model = model };
        await found.RenderAsync(new ViewContext(action, found, data, tempData.GetTempData(context), writer, new HtmlHelperOptions()));
        return writer.ToString();
    }

    /// <summary>A page in the place of a sign-in's response is written outside of the host's localization, whose choice is kept here.</summary>
    private static void UseCulture(HttpContext context)
    {
        if (context.Features.Get<IRequestCultureFeature>()?.RequestCulture is not { } culture) return;
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture.Culture, culture.UICulture);
    }
}
