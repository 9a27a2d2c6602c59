using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace MfaMiddleware.UI.Pages;

/// <summary>
/// Antiforgery for the pages of a pending sign-in. A token of the framework is for the user who is signed in while the page is made; but these
/// pages belong to the browser's binding cookie, and a form that was made for nobody is sent after another tab has signed somebody in. So their
/// tokens are for nobody in particular, and good in this browser alone. The request itself keeps its user: tokens are made and checked on a
/// second context, and the app's layout and its forms see nothing of it.
/// </summary>
internal sealed class PendingAntiforgery(IAntiforgery antiforgery, IOptions<AntiforgeryOptions> options)
{
    /// <summary>The hidden field of a form.</summary>
    public IHtmlContent Field(HttpContext context)
    {
        // The browser gets one cookie, by the framework's own way: a form of the app's layout on this page relies on the same.
        var cookie = antiforgery.GetAndStoreTokens(context).CookieToken;
        var tokens = antiforgery.GetTokens(Anonymous(context, cookie is null ? context.Features.Get<IHttpRequestFeature>() : RequestWith(context, cookie)));
        var field = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
        field.MergeAttributes(new Dictionary<string, string?> { ["type"] = "hidden", ["name"] = tokens.FormFieldName, ["value"] = tokens.RequestToken });
        return field;
    }

    /// <summary>A view of the app may have the framework's own token instead; that one is as good, as long as the user stays the same.</summary>
    public async Task<bool> IsOursAsync(HttpContext context) =>
        await antiforgery.IsRequestValidAsync(Anonymous(context, context.Features.Get<IHttpRequestFeature>())) || await antiforgery.IsRequestValidAsync(context);

    /// <summary>A context of what antiforgery reads and nothing else: it would find the user's token again among the features of the real one.</summary>
    private static DefaultHttpContext Anonymous(HttpContext context, IHttpRequestFeature? request)
    {
        var features = new FeatureCollection();
        features.Set(request);
        features.Set(context.Features.Get<IFormFeature>());
        features.Set(context.Features.Get<IServiceProvidersFeature>());
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpAuthenticationFeature>(new HttpAuthenticationFeature { User = new ClaimsPrincipal(new ClaimsIdentity()) });
        return new DefaultHttpContext(features);
    }

    /// <summary>The request as the browser will send it once it has the cookie.</summary>
    private HttpRequestFeature RequestWith(HttpContext context, string cookie) => new()
    {
        Method = context.Request.Method,
        Scheme = context.Request.Scheme,
        Headers = new HeaderDictionary { [HeaderNames.Cookie] = $"{options.Value.Cookie.Name}={cookie}" },
    };
}
