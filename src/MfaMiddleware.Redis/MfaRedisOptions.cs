namespace MfaMiddleware.Redis;

/// <summary>The settings of the stores on Redis (<c>Mfa:Redis</c>). They are read once, at the start.</summary>
public sealed class MfaRedisOptions
{
    /// <summary>
    /// Where Redis is, as StackExchange.Redis writes it: <c>redis.example.com:6380,ssl=true,password=…</c>. Several addresses are the nodes of one Cluster.
    /// </summary>
    public string? Configuration { get; set; }

    /// <summary>
    /// The password of the sentinels, where <see cref="Configuration"/> names some (<c>serviceName=</c>) and they ask for one; its own <c>password=</c> is the
    /// data servers'. Default: none.
    /// </summary>
    public string? SentinelPassword { get; set; }

    /// <summary>The user that <see cref="SentinelPassword"/> is of. Default: the sentinels' default user.</summary>
    public string? SentinelUser { get; set; }

    /// <summary>How long a call may take, its repeats included: 100 milliseconds to 30 seconds. Beyond it the answer is a 503. Default: 1 second.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls that may wait for Redis at a time: 1 to 10,000. Default: 512.</summary>
    public int MaxInFlight { get; set; } = 512;

    /// <summary>What every key begins with, so that several apps share one Redis. Default: <c>mfa</c>.</summary>
    public string KeyPrefix { get; set; } = "mfa";
}
