using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>Keeps the messages instead of sending them.</summary>
internal sealed class DevelopmentSmsSender(SmsOutbox outbox, IHostEnvironment environment, TimeProvider time) : ISmsSender
{
    public const string Name = "Development";

    public Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
    {
        // Fail closed: settings may change after the start, and nobody's code belongs on a page.
        if (!environment.IsDevelopment()) throw new SmsNotSentException("the development sender works in Development only");
        outbox.Add(new SmsOutboxMessage(message.To, message.Text, time.GetUtcNow()));
        return Task.CompletedTask;
    }
}
