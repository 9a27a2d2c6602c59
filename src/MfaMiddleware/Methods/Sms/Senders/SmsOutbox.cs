namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>What the development sender has sent, for a page of the app's own. It holds codes: never outside Development.</summary>
public sealed class SmsOutbox
{
    private const int MaxMessages = 100;

    private readonly Lock _lock = new();
    private readonly Queue<SmsOutboxMessage> _messages = new();

    internal SmsOutbox()
    {
    }

    /// <summary>The last 100, newest first.</summary>
    public IReadOnlyList<SmsOutboxMessage> Messages
    {
        get
        {
            lock (_lock) return [.. _messages.Reverse()];
        }
    }

    internal void Add(SmsOutboxMessage message)
    {
        lock (_lock)
        {
            if (_messages.Count == MaxMessages) _messages.Dequeue();
            _messages.Enqueue(message);
        }
    }
}

/// <summary>A message that would have gone out.</summary>
/// <param name="To">The number.</param>
/// <param name="Text">The text.</param>
/// <param name="At">When, UTC.</param>
public sealed record SmsOutboxMessage(string To, string Text, DateTimeOffset At)
{
    /// <summary>Prints neither number nor code.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
