using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>
/// Tries the senders in turn: the next one only where the last has surely not sent, so that a message goes out once. A time-out, or a connection
/// lost after the request, may have sent it.
/// </summary>
internal sealed partial class SmsSenderChain(IServiceProvider services, Func<MfaOptions> options, TimeProvider time, ILogger<SmsSenderChain> logger)
{
    // Made with the first message: a sender of the host's may need what needs the settings.
    private readonly Lazy<IReadOnlyList<Link>> _fromCode = new(() => [.. services.GetServices<ISmsSender>().Select(s => Link.Of(s.GetType().Name, s, time))]);
    private readonly Dictionary<string, Lazy<Link>> _builtIn = new(StringComparer.OrdinalIgnoreCase)
    {
        [DevelopmentSmsSender.Name] = new(() => Link.Of(DevelopmentSmsSender.Name, services.GetRequiredService<DevelopmentSmsSender>(), time)),
        [TwilioSmsSender.Name] = new(() => Link.Of(TwilioSmsSender.Name, services.GetRequiredService<TwilioSmsSender>(), time)),
        [HttpSmsSender.Name] = new(() => Link.Of(HttpSmsSender.Name, services.GetRequiredService<HttpSmsSender>(), time)),
    };

    /// <summary>The names of the settings.</summary>
    public static IReadOnlyList<string> Names { get; } = [DevelopmentSmsSender.Name, HttpSmsSender.Name, TwilioSmsSender.Name];

    /// <summary>The names of the senders, in order.</summary>
    public IEnumerable<string> InOrder => Links().Select(l => l.Name);

    /// <exception cref="InvalidOperationException">None took it.</exception>
    public async Task SendAsync(SmsMessage message, CancellationToken cancellationToken)
    {
        foreach (var link in Links())
        {
            if (link.Circuit.TryEnter() && await TrySendAsync(link, message, cancellationToken)) return;
        }

        throw new InvalidOperationException("No SMS sender took the message.");
    }

    private async Task<bool> TrySendAsync(Link link, SmsMessage message, CancellationToken cancellationToken)
    {
        var timeout = options().Methods.Sms.SenderTimeout;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // A sender that ignores its token doesn't hold the request either.
            await link.Sender.SendAsync(message, linked.Token).WaitAsync(timeout, time, cancellationToken);
            link.Circuit.Succeeded();
            return true;
        }
        catch (SmsNotSentException e)
        {
            link.Circuit.Failed();
            Log.NotSent(logger, link.Name, e.Message);
            return false;
        }
        catch (Exception e)
        {
            link.Circuit.Failed();
            // The type alone: what a sender's exception says may hold the number.
            Log.Unknown(logger, link.Name, e.GetType().Name);
            throw new InvalidOperationException("An SMS sender failed; the message may have gone out, so that no other one is tried.");
        }
    }

    private IEnumerable<Link> Links() =>
        _fromCode.Value.Concat(options().Methods.Sms.Senders.Where(_builtIn.ContainsKey).Select(name => _builtIn[name].Value));

    private sealed record Link(string Name, ISmsSender Sender, SmsCircuit Circuit)
    {
        public static Link Of(string name, ISmsSender sender, TimeProvider time) => new(name, sender, new SmsCircuit(time));
    }

    private static partial class Log
    {
        [LoggerMessage(701, LogLevel.Warning, "The SMS sender {Sender} did not take a message: {Reason}.")]
        public static partial void NotSent(ILogger logger, string sender, string reason);

        [LoggerMessage(702, LogLevel.Warning, "The SMS sender {Sender} failed with {Failure}; the message may have gone out.")]
        public static partial void Unknown(ILogger logger, string sender, string failure);
    }
}
