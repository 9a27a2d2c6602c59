namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>A sign-in that waits for its second factor, as its client holds it.</summary>
internal sealed class SignIn(string id, string user, string token, long started)
{
    private int _answers;

    public string Id => id;

    public string User => user;

    /// <summary>The token of the last answer that brought one.</summary>
    public string Token { get; set; } = token;

    public long Started => started;

    /// <summary>Notes that an answer is sent; true for the first of those that are under way at a time.</summary>
    public bool BeginAnswer() => Interlocked.Increment(ref _answers) == 1;

    /// <summary>Notes that an answer came; true for the last of those under way.</summary>
    public bool EndAnswer() => Interlocked.Decrement(ref _answers) == 0;
}
