using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>What a failed call means for the next try.</summary>
internal enum FaultKind
{
    /// <summary>It was certainly not executed, and may be soon: again, after a pause.</summary>
    NotExecuted,

    /// <summary>The server doesn't know the script: again at once, with its text.</summary>
    UnknownScript,

    /// <summary>Not executed, since the server is no primary any more: the client must look at the servers anew.</summary>
    NotPrimary,

    /// <summary>The connection broke: it may have been executed.</summary>
    Unknown,

    /// <summary>No answer in time: it may be executed, even later.</summary>
    TimedOut,

    /// <summary>It fails until somebody changes settings, rights or memory.</summary>
    Misconfigured,
}

/// <summary>A failed call: what it means, and a word for the log that holds neither address nor key.</summary>
internal sealed record RedisFault(FaultKind Kind, string Word)
{
    public static readonly RedisFault TimedOut = new(FaultKind.TimedOut, "no answer in time");
    public static readonly RedisFault TooManyInFlight = new(FaultKind.TimedOut, "too many calls wait");
    public static readonly RedisFault WrongPassword = new(FaultKind.Misconfigured, "AUTH refused");
    public static readonly RedisFault NoPrimary = new(FaultKind.NotExecuted, "no primary");
    public static readonly RedisFault WrongAnswer = new(FaultKind.Unknown, "an answer of the wrong shape");

    private static readonly string[] Permanent = ["NOAUTH", "WRONGPASS", "NOPERM", "OOM", "MISCONF", "CROSSSLOT", "AuthenticationFailure"];
    private static readonly string[] Passing = ["LOADING", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "NOREPLICAS", "BUSY", "MOVED", "ASK"];

    public static RedisFault Of(Exception exception) => exception switch
    {
        TimeoutException => TimedOut,
        RedisServerException server => OfServer(server.Message),
        RedisConnectionException { InnerException: RedisCommandException } => new(FaultKind.NotPrimary, "no primary"),
        RedisConnectionException connection => OfConnection(connection.Message),
        RedisCommandException => new(FaultKind.Misconfigured, "refused by the client"),
        // A multiplexer that was ended or made anew under the call.
        OperationCanceledException or ObjectDisposedException => new(FaultKind.Unknown, "ended"),
        InvalidCastException => WrongAnswer,
        _ => new(FaultKind.Unknown, exception.GetType().Name),
    };

    // Inside a script the word stands in the middle of the message. Each script writes first what a server may refuse: a refused one changed nothing.
    private static RedisFault OfServer(string message)
    {
        if (message.Contains("NOSCRIPT", StringComparison.Ordinal)) return new(FaultKind.UnknownScript, "NOSCRIPT");
        if (message.Contains("READONLY", StringComparison.Ordinal)) return new(FaultKind.NotPrimary, "READONLY");
        if (Find(Permanent, message) is { } permanent) return new(FaultKind.Misconfigured, permanent);
        if (Find(Passing, message) is { } passing) return new(FaultKind.NotExecuted, passing);
        // Fail closed: what a server says that we don't know is no answer.
        return new(FaultKind.Misconfigured, "refused by the server");
    }

    private static RedisFault OfConnection(string message)
    {
        if (Find(Permanent, message) is { } permanent) return new(FaultKind.Misconfigured, permanent);
        return message.StartsWith("No connection is ", StringComparison.Ordinal)
            ? new(FaultKind.NotExecuted, "no connection")
            : new(FaultKind.Unknown, "the connection broke");
    }

    private static string? Find(string[] words, string message) => Array.Find(words, word => message.Contains(word, StringComparison.Ordinal));

    public override string ToString() => Word;
}
