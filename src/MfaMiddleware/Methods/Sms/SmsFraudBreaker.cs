using MfaMiddleware.Telemetry;

namespace MfaMiddleware.Methods.Sms;

/// <summary>
/// Switches the numbers under a prefix off for an hour where messages go out and hardly any code comes back: somebody earns by the messages. One
/// node watches what it sends itself.
/// </summary>
internal sealed class SmsFraudBreaker(Func<MfaOptions> options, Func<MfaEvents> events, TimeProvider time)
{
    private const int MaxPrefixes = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan OffFor = TimeSpan.FromHours(1);

    // Nobody types faster: a rush of honest sign-ins isn't judged while its messages are on the way.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Traffic> _traffic = new(StringComparer.Ordinal);

    /// <summary>How long a prefix is off; null where it is on. Judges it now.</summary>
    public async Task<TimeSpan?> FindWaitAsync(string prefix)
    {
        var (now, settings) = (time.GetUtcNow(), options().Methods.Sms.Fraud);
        if (!settings.Enabled) return null;
        lock (_lock)
        {
            if (!_traffic.TryGetValue(prefix, out var traffic)) return null;
            if (traffic.OffUntil > now) return traffic.OffUntil - now;
            if (!traffic.IsSuspicious(now, settings)) return null;
            _traffic[prefix] = new Traffic { OffUntil = now + OffFor };
        }

        // The prefix is nobody's number: country code and three digits.
        await events().WriteAsync(new MfaEvent
        {
            Name = MfaEventNames.SmsPrefixSwitchedOff,
            Subject = null,
            At = now,
            Method = SmsMethod.MethodName,
            Reasons = ["prefix_" + prefix],
        });
        return OffFor;
    }

    public void Sent(string prefix, DateTimeOffset at)
    {
        lock (_lock)
        {
            if (_traffic.Count >= MaxPrefixes) Sweep(at);
            if (!_traffic.TryGetValue(prefix, out var traffic)) _traffic[prefix] = traffic = new Traffic();
            traffic.Sent.Add(at);
        }
    }

    public void Verified(string prefix, DateTimeOffset sentAt)
    {
        lock (_lock)
        {
            if (_traffic.TryGetValue(prefix, out var traffic)) traffic.Verified.Add(sentAt);
        }
    }

    private void Sweep(DateTimeOffset now)
    {
        foreach (var (prefix, _) in _traffic.Where(t => t.Value.IsOver(now)).ToList()) _traffic.Remove(prefix);
    }

    private sealed class Traffic
    {
        public List<DateTimeOffset> Sent { get; } = [];

        /// <summary>When the messages went out whose codes came back.</summary>
        public List<DateTimeOffset> Verified { get; } = [];

        public DateTimeOffset OffUntil { get; init; }

        public bool IsOver(DateTimeOffset now) => OffUntil <= now && (Sent.Count == 0 || Sent[^1] + Window <= now);

        public bool IsSuspicious(DateTimeOffset now, SmsFraudOptions settings)
        {
            Sent.RemoveAll(at => at + Window <= now);
            Verified.RemoveAll(at => at + Window <= now);
            var settled = Sent.Count(at => at + Grace <= now) + Verified.Count(at => at + Grace > now);
            return settled >= settings.MinSends && Verified.Count * 100 < settings.MinVerifiedPercent * settled;
        }
    }
}
