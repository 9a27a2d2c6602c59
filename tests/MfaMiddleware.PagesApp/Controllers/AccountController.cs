using System.Security.Claims;
using MfaMiddleware.StepUp;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace MfaMiddleware.PagesApp.Controllers;

public sealed class AccountController : Controller
{
    [HttpPost]
    [AllowAnonymous]
    [IgnoreAntiforgeryToken]
    public async Task<IActionResult> Login(string user)
    {
        await HttpContext.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", user), new Claim("name", user)], "password", "name", "role")));
        return RedirectToAction("Index", "Home");
    }

    [HttpPost]
    [ValidateAntiForgeryToken]
    public async Task<IActionResult> Logout()
    {
        await HttpContext.SignOutAsync();
        return Redirect("/goodbye");
    }

    [RequireMfa(MaxAgeSeconds = 0)]
    public IActionResult Secret() => Content("secret");
}
