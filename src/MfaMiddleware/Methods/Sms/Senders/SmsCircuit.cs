namespace MfaMiddleware.Methods.Sms.Senders;

/// <summary>Passes a sender over that failed five times in a row, for 30 seconds; then one message tries it.</summary>
internal sealed class SmsCircuit(TimeProvider time)
{
    private const int MaxFailures = 5;
    private static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private int _failures;
    private long _openedAt;
    private bool _isProbing;

    /// <summary>Whether the sender may be called; the caller says afterwards how it went.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_failures < MaxFailures) return true;
            if (_isProbing || time.GetElapsedTime(_openedAt) < OpenFor) return false;
            _isProbing = true;
            return true;
        }
    }

    public void Succeeded()
    {
        lock (_lock) (_failures, _isProbing) = (0, false);
    }

    public void Failed()
    {
        lock (_lock)
        {
            _isProbing = false;
            if (++_failures >= MaxFailures) _openedAt = time.GetTimestamp();
        }
    }
}
