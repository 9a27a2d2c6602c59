using Microsoft.AspNetCore.Mvc;

namespace MfaMiddleware.PagesApp.Controllers;

public sealed class HomeController : Controller
{
    public IActionResult Index() => View();
}
