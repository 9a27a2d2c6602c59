using MfaMiddleware.StepUp;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using MvcSite.Users;

namespace MvcSite.Controllers;

[Route("account")]
[AutoValidateAntiforgeryToken]
public sealed class AccountController(UserDirectory users) : Controller
{
    [HttpGet("login")]
    public IActionResult Login(string? returnUrl) => View(new LoginForm { ReturnUrl = returnUrl });

    [HttpPost("login")]
    public async Task<IActionResult> Login(LoginForm form, CancellationToken cancellationToken)
    {
        var user = await users.FindAsync(form.Email, form.Password, cancellationToken);
        if (user is null)
        {
            HttpContext.ReportFailedSignIn(await users.FindIdAsync(form.Email, cancellationToken), form.Email);
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            return View(new LoginForm { Email = form.Email, ReturnUrl = form.ReturnUrl, Failed = true });
        }

        await HttpContext.SignInAsync(UserDirectory.CreatePrincipal(user));
        return Url.IsLocalUrl(form.ReturnUrl) ? LocalRedirect(form.ReturnUrl) : RedirectToAction(nameof(Profile));
    }

    [HttpPost("logout")]
    public async Task<IActionResult> Logout()
    {
        await HttpContext.SignOutAsync();
        return RedirectToAction(nameof(HomeController.Index), "Home");
    }

    [HttpGet("denied")]
    public IActionResult Denied()
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        return View();
    }

    [HttpGet("profile")]
    [Authorize]
    public IActionResult Profile() => View();

    [HttpGet("transfer")]
    [RequireMfa(MaxAgeSeconds = 300)]
    public IActionResult Transfer() => View();

    [HttpPost("transfer")]
    [RequireMfa(MaxAgeSeconds = 300)]
    public IActionResult Transfer(TransferForm form) => ModelState.IsValid ? View("Transferred", form) : View(form);
}
