using AuthorizationServer.Issuing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthorizationServer.Authorize;

/// <summary><c>GET /authorize</c>: from (A), the client's request, to (C), the code, with the user's sign-in between.</summary>
public sealed class AuthorizeEndpoint(AuthorizationRequestReader reader, AuthorizationErrorWriter errors)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var (request, error) = reader.Read(context.Request.Query.ToDictionary());
        if (request is null)
            return errors.ToResult(context, error!);

        var session = await context.AuthenticateAsync();
        if (session.Principal is { } user && !request.AsksForLogin)
            return Results.SignIn(user, CodeSignIn.PropertiesFor(request, errors), OAuthHandler.Scheme);

        return request.IsSilent
            ? errors.ToResult(context, request, "login_required", "Nobody is signed in.")
            : await LogInAsync(context, request);
    }

    private static async Task<IResult> LogInAsync(HttpContext context, AuthorizationRequest request)
    {
        // After prompt=login nobody comes back as who they were, nor with the proof of MFA that they had.
        if (request.AsksForLogin)
            await context.SignOutAsync();

        // What asked for this sign-in must not ask for the next one when the browser comes back.
        var query = context.Request.Query.Where(parameter => parameter.Key != "prompt");
        var returnUrl = QueryHelpers.AddQueryString(context.Request.PathBase + context.Request.Path, query);
        return Results.LocalRedirect(QueryHelpers.AddQueryString("~/login", new Dictionary<string, string?>
        {
            ["returnUrl"] = returnUrl,
            ["login_hint"] = request.LoginHint,
        }));
    }
}
