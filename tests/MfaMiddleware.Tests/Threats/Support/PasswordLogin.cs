using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>A sign-in that checks a password, with one answer for an unknown user and a wrong password. Known are alice and bob.</summary>
internal static class PasswordLogin
{
    public const string Password = "right-password";

    public static void Map(WebApplication app) => app.MapPost("/password-login", async (HttpContext context, Credentials credentials) =>
    {
        if (credentials.User is not ("alice" or "bob") || credentials.Password != Password) return Results.Json(new { error = "wrong_credentials" }, statusCode: 401);
        await context.SignInAsync(TestHost.PrincipalOf(credentials.User));
        return Results.Ok(new { welcome = credentials.User });
    });

    private sealed record Credentials(string User, string Password);
}
