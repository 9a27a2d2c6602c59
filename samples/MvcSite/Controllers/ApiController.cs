using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using MvcSite.Users;

namespace MvcSite.Controllers;

[ApiController]
[Route("api")]
public sealed class ApiController(UserDirectory users) : ControllerBase
{
    private const string AnyScheme =
        $"{CookieAuthenticationDefaults.AuthenticationScheme},{BearerTokenDefaults.AuthenticationScheme}";

    /// <summary>Signs in with a cookie.</summary>
    [HttpPost("login")]
    public async Task<IActionResult> Login(Credentials credentials, CancellationToken cancellationToken)
    {
        var user = await users.FindAsync(credentials.Email, credentials.Password, cancellationToken);
        if (user is null)
            return await InvalidAsync(credentials, cancellationToken);

        await HttpContext.SignInAsync(UserDirectory.CreatePrincipal(user));
        return Ok(new { user.Email, user.Name });
    }

    /// <summary>Signs in with a bearer token, whose handler writes the answer.</summary>
    [HttpPost("token")]
    public async Task<IActionResult> Token(Credentials credentials, CancellationToken cancellationToken)
    {
        var user = await users.FindAsync(credentials.Email, credentials.Password, cancellationToken);
        return user is null
            ? await InvalidAsync(credentials, cancellationToken)
            : SignIn(UserDirectory.CreatePrincipal(user), BearerTokenDefaults.AuthenticationScheme);
    }

    /// <summary>The claims of whoever asks, by type.</summary>
    [HttpGet("me")]
    [Authorize(AuthenticationSchemes = AnyScheme)]
    public IDictionary<string, object> Me() =>
        User.Claims.GroupBy(claim => claim.Type, claim => claim.Value).ToDictionary(
            claims => claims.Key,
            claims => claims.Distinct().ToArray() is [var single] && claims.Key is not ("role" or "amr")
                ? (object)single
                : claims.Distinct().ToArray());

    private async Task<UnauthorizedObjectResult> InvalidAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        HttpContext.ReportFailedSignIn(await users.FindIdAsync(credentials.Email, cancellationToken), credentials.Email);
        return Unauthorized(new { error = "invalid_credentials" });
    }

    public sealed record Credentials(string Email, string Password);
}
