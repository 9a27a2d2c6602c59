using Microsoft.AspNetCore.Mvc;

namespace MvcSite.Controllers;

public sealed class HomeController : Controller
{
    [HttpGet("/")]
    public IActionResult Index() => View();

    [Route("/error")]
    public IActionResult Error() => View();
}
