namespace MfaMiddleware.Methods.Sms;

/// <summary>Hands a message to a gateway: <c>AddMfa().AddSmsSender&lt;T&gt;()</c>. Budgets are charged before it is called.</summary>
public interface ISmsSender
{
    /// <summary>Hands over one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait; the time-out of the settings is in it.</param>
    /// <returns>When the gateway has taken it.</returns>
    /// <exception cref="SmsNotSentException">It has surely not gone out: the next sender may try. After any other exception none does, since it may have.</exception>
    Task SendAsync(SmsMessage message, CancellationToken cancellationToken);
}

/// <summary>A gateway has not taken a message, so that another one may be tried.</summary>
public sealed class SmsNotSentException : Exception
{
    /// <summary>Says why.</summary>
    /// <param name="reason">A short reason for the log, without number and text: a status, a code of the gateway's.</param>
    public SmsNotSentException(string reason)
        : base(reason)
    {
    }
}
