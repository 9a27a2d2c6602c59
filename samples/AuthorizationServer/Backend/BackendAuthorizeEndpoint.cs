using AuthorizationServer.Authorize;
using AuthorizationServer.Issuing;
using MfaMiddleware;
using MfaMiddleware.Methods;
using Microsoft.AspNetCore.Authentication;

namespace AuthorizationServer.Backend;

/// <summary>
/// <c>POST /api/authorize</c>: the code for a backend that shows the forms itself, once its user has signed in and the second factor is verified:
/// here, with <c>two_factor_code</c>, or before at <c>POST /mfa</c>.
/// </summary>
public sealed class BackendAuthorizeEndpoint(AuthorizationRequestReader reader, AuthorizationErrorWriter errors, MfaSignInManager signIns, SecondFactorStep step)
{
    public async Task<IResult> HandleAsync(BackendAuthorizeRequest body, HttpContext context, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        // First of all: no message goes out for a request that can't succeed.
        var (request, error) = reader.Read(body.ToParameters());
        if (request is null)
            return Results.Json(new { error = error!.Error, error_description = error.Description }, statusCode: StatusCodes.Status400BadRequest);

        var properties = CodeSignIn.PropertiesFor(request with { IsFromBackend = true }, errors);
        if (body.MfaToken is null)
        {
            var session = await context.AuthenticateAsync();
            return session.Principal is { } user ? Results.SignIn(user, properties, OAuthHandler.Scheme) : Unauthorized("login_required");
        }

        if (await signIns.FindByTokenAsync(body.MfaToken, cancellationToken) is not { } pending)
            return Unauthorized("invalid_token");
        if (string.IsNullOrWhiteSpace(body.TwoFactorCode))
            return await step.AskAsync(context, pending, cancellationToken);

        var answer = new MfaAnswer { Code = body.TwoFactorCode };
        var result = await signIns.AnswerAsync(context, pending, answer, enrollmentId: null, cancellationToken);
        return result is MfaSignInResult.Completed { Principal: { } principal }
            ? Results.SignIn(principal, properties, OAuthHandler.Scheme)
            : step.Refuse(context, pending, result);
    }

    private static IResult Unauthorized(string error) => Results.Json(new { type = 1, error }, statusCode: StatusCodes.Status401Unauthorized);
}
