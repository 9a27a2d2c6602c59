using MfaMiddleware.Methods.Sms.Senders;
using Microsoft.AspNetCore.Mvc;
using MvcSite.Notices;

namespace MvcSite.Controllers;

/// <summary>The text messages and mails that a real site would have sent; in Development only, since it shows codes of everybody.</summary>
public sealed class OutboxController(SmsOutbox messages, Mailbox mailbox, IHostEnvironment environment) : Controller
{
    [HttpGet("/dev/outbox")]
    [ResponseCache(NoStore = true)]
    public IActionResult Index()
    {
        if (!environment.IsDevelopment())
            return NotFound();

        var wantsJson = Request.GetTypedHeaders().Accept.Any(accept => accept.MediaType == "application/json");
        return wantsJson ? Json(Newest()) : View(Newest());
    }

    private IReadOnlyList<Sent> Newest() =>
    [
        .. messages.Messages.Select(message => new Sent("sms", message.To, message.Text, message.At))
            .Concat(mailbox.Mails.Select(mail => new Sent("mail", mail.To, mail.Text, mail.At)))
            .OrderByDescending(sent => sent.At),
    ];

    public sealed record Sent(string Kind, string To, string Text, DateTimeOffset At);
}
