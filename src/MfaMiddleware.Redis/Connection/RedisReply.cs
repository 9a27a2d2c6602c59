using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>What a script said.</summary>
/// <param name="Status">1 is yes, 0 no; the others are the script's own.</param>
/// <param name="ServerTime">The server's time in milliseconds.</param>
/// <param name="Operation">The id of the operation.</param>
/// <param name="Value">What else it said; null for nothing.</param>
internal sealed record RedisReply(int Status, long ServerTime, byte[] Operation, byte[]? Value)
{
    public bool IsYes => Status == 1;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="InvalidCastException">It is none, or another operation's.</exception>
    public static RedisReply Of(RedisResult result, ReadOnlySpan<byte> operation)
    {
        if (result.IsNull || (RedisResult[]?)result is not { Length: >= 3 } parts) throw new InvalidCastException("No answer of a script.");

        var reply = new RedisReply((int)parts[0], (long)parts[1], (byte[])parts[2]!, parts.Length > 3 && !parts[3].IsNull ? (byte[]?)parts[3] : null);
        // Fail closed: an answer to another call would be another user's session.
        return operation.SequenceEqual(reply.Operation) ? reply : throw new InvalidCastException("The answer of another call.");
    }
}
