using AuthorizationServer.Users;
using Microsoft.AspNetCore.Authentication;

namespace AuthorizationServer.Backend;

/// <summary>
/// <c>POST /api/login</c>: (B) for a backend that shows the forms itself. It signs in with a cookie like any login; where the gate holds that back,
/// its answer is (M): <c>type</c> 1 with the masked hint of each factor. Nothing is sent to the user yet.
/// </summary>
public sealed class LoginEndpoint(UserDirectory users)
{
    public async Task<IResult> HandleAsync(Credentials credentials, HttpContext context, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(credentials.Email, credentials.Password, cancellationToken) is not { } user)
            return Results.Json(new { error = "invalid_credentials" }, statusCode: StatusCodes.Status401Unauthorized);

        await context.SignInAsync(UserDirectory.CreatePrincipal(user));
        return Results.Json(new { user.Email, user.Name });
    }
}

public sealed record Credentials(string? Email, string? Password);
