namespace MfaMiddleware.Redis.Connection;

/// <summary>
/// Redis gave no answer that could be used. The text is of our own: the client's messages name servers and keys. Whoever calls the store turns it into a
/// 503.
/// </summary>
internal sealed class RedisUnavailableException(RedisFault fault) : Exception($"Redis gave no answer: {fault}.")
{
    public RedisFault Fault { get; } = fault;
}
