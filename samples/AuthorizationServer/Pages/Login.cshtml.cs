using AuthorizationServer.Users;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthorizationServer.Pages;

/// <summary>(B): the user authenticates. Nothing here knows of a second factor, nor of OAuth.</summary>
public sealed class LoginModel(UserDirectory users) : PageModel
{
    public string? Email { get; private set; }

    public string? ReturnUrl { get; private set; }

    public bool Failed { get; private set; }

    public void OnGet(string? returnUrl, [FromQuery(Name = "login_hint")] string? loginHint) => (ReturnUrl, Email) = (returnUrl, loginHint);

    public async Task<IActionResult> OnPostAsync([FromForm] string? email, [FromForm] string? password, [FromForm] string? returnUrl, CancellationToken cancellationToken)
    {
        if (await users.FindAsync(email, password, cancellationToken) is not { } user)
        {
            (Email, ReturnUrl, Failed) = (email, returnUrl, true);
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Page();
        }

        await HttpContext.SignInAsync(UserDirectory.CreatePrincipal(user));
        // 303: no browser repeats the password to where it goes next (RFC 9700 section 4.12).
        Response.Headers.Location = Url.IsLocalUrl(returnUrl) ? returnUrl : Url.Page("/Index");
        return StatusCode(StatusCodes.Status303SeeOther);
    }
}
