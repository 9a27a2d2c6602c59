namespace MvcSite.Notices;

/// <summary>The mail that a real site would have sent: the last hundred, in memory, for the outbox page of Development.</summary>
public sealed class Mailbox
{
    private const int MaxMails = 100;

    private readonly Lock _lock = new();
    private readonly Queue<Mail> _mails = new();

    public IReadOnlyList<Mail> Mails
    {
        get
        {
            lock (_lock) return [.. _mails];
        }
    }

    public void Send(Mail mail)
    {
        lock (_lock)
        {
            if (_mails.Count == MaxMails)
                _mails.Dequeue();
            _mails.Enqueue(mail);
        }
    }
}

public sealed record Mail(string To, string Text, DateTimeOffset At);
