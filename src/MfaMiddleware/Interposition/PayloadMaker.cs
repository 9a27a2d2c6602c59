using System.Security.Claims;
using MfaMiddleware.Completion;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Interposition;

/// <summary>Turns what was captured into the fixed part of a pending session.</summary>
internal static class PayloadMaker
{
    /// <param name="context">The request.</param>
    /// <param name="signIns">What it signed in to.</param>
    /// <param name="decision">What the strictest of them asks.</param>
    /// <param name="reply">What the host answered.</param>
    /// <param name="pages">Where the pages are; null for a client that repeats its requests itself.</param>
    public static PendingPayload Make(HttpContext context, IReadOnlyList<CapturedSignIn> signIns, MfaDecision decision, HeldReply reply, MfaEndpointMap? pages)
    {
        var (first, original) = (signIns[0].Request, MfaRequestState.Of(context).KnownOriginal);
        // One that comes back among several makes the whole request come back.
        var comesBack = signIns.Any(s => s.ComesBack);
        var returnUrl = comesBack && original is not null ? PlaceOf(context, original, pages) : ReturnUrlOf(context, first, reply);
        return new PendingPayload
        {
            Outcome = decision.Outcome,
            Rule = decision.Rule,
            Reasons = decision.Reasons,
            MinimumStrength = decision.MinimumStrength,
            RequiresUserVerification = decision.RequiresUserVerification,
            AccountName = AccountNameOf(first.Principal, first.Subject),
            SignIns = [.. signIns.Select(s => ToPending(s.Request))],
            // The repeated request makes its answer again.
            Reply = comesBack ? HeldReply.None : reply,
            ReturnUrl = returnUrl,
            IsReturnUrlAsked = IsAsked(context.Request, returnUrl, original),
            Original = original,
            ComesBack = comesBack,
            IsKnownDevice = signIns.All(s => s.IsKnownDevice),
        };
    }

    /// <summary>Where a browser repeats the request: at its address, or at the page that posts its form again.</summary>
    public static string PlaceOf(HttpContext context, OriginalRequest original, MfaEndpointMap? pages) =>
        pages is null || original.Form is null ? original.Url : $"{pages.Url(context.Request.PathBase, "/continue")}?request={original.Key}";

    /// <summary>Fail closed: what isn't in the request, word for word, is the host's answer, and that is held back until the second factor is verified.</summary>
    private static bool IsAsked(HttpRequest request, string returnUrl, OriginalRequest? original)
    {
        if (original is { Form: null } && original.Url == returnUrl) return true;
        // Only a form that somebody has read: its body may be gone, or hang.
        var form = request.HttpContext.Features.Get<IFormFeature>()?.Form?.SelectMany(field => field.Value) ?? [];
        return request.Query.SelectMany(field => field.Value).Concat(form).Contains(returnUrl);
    }

    public static string AccountNameOf(ClaimsPrincipal principal, MfaSubject subject)
    {
        var name = principal.FindFirst("email")?.Value ?? principal.FindFirst(ClaimTypes.Email)?.Value ?? principal.Identity?.Name;
        return string.IsNullOrWhiteSpace(name) ? subject.Id : name;
    }

    public static PendingSignIn ToPending(string scheme, ClaimsPrincipal principal, AuthenticationProperties properties, long signedInAt) =>
        new(scheme, TicketSerializer.Default.Serialize(new AuthenticationTicket(principal, properties, scheme)), signedInAt);

    private static PendingSignIn ToPending(SignInRequest request) =>
        ToPending(request.Scheme.Name, SecondFactorClaims.Remove(request.Principal), request.Properties, request.Now.ToUnixTimeSeconds());

    private static string ReturnUrlOf(HttpContext context, SignInRequest request, HeldReply reply)
    {
        if (ReturnUrl.IsLocal(reply.Location)) return reply.Location!;
        if (ReturnUrl.IsLocal(request.Properties.RedirectUri)) return request.Properties.RedirectUri!;
        if (reply.StatusCode == StatusCodes.Status200OK && LoginPageTarget(context, request) is { } target) return target;
        return context.Request.PathBase.Add("/").Value!;
    }

    /// <summary>At its login path the framework's cookie handler would itself have sent the user back to where the query says.</summary>
    private static string? LoginPageTarget(HttpContext context, SignInRequest request)
    {
        if (!GatedSchemes.IsCookie(request.Scheme)) return null;
        var options = context.RequestServices.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(request.Scheme.Name);
        if (options.LoginPath != new PathString(request.Path)) return null;
        var target = context.Request.Query[options.ReturnUrlParameter].ToString();
        return ReturnUrl.IsLocal(target) ? target : null;
    }
}
