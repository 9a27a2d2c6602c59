namespace MfaMiddleware;

/// <summary>A store, a sender or the key ring failed or took too long: the answer is a 503, never "wrong code" and never a way in.</summary>
public sealed class MfaUnavailableException : Exception
{
    internal MfaUnavailableException()
        : base("A part that MFA depends on is not available.")
    {
    }

    internal MfaUnavailableException(Exception inner)
        : base("A part that MFA depends on is not available.", inner)
    {
    }
}
