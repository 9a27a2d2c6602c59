using MfaMiddleware.Methods.Sms.Senders;
using Microsoft.AspNetCore.Mvc;

namespace MvcSite.Controllers;

/// <summary>The text messages that a real site would have sent; in Development only, since it shows codes of everybody.</summary>
public sealed class OutboxController(SmsOutbox outbox, IHostEnvironment environment) : Controller
{
    [HttpGet("/dev/outbox")]
    [ResponseCache(NoStore = true)]
    public IActionResult Index()
    {
        if (!environment.IsDevelopment())
            return NotFound();

        var wantsJson = Request.GetTypedHeaders().Accept.Any(accept => accept.MediaType == "application/json");
        return wantsJson ? Json(outbox.Messages) : View(outbox.Messages);
    }
}
