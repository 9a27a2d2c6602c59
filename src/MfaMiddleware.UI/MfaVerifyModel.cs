namespace MfaMiddleware.UI;

/// <summary>What <c>Verify.cshtml</c> shows.</summary>
public sealed record MfaVerifyModel
{
    /// <summary>The session, for the hidden field <c>id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The version that the form is for, for the hidden field <c>version</c>.</summary>
    public required long Version { get; init; }

    /// <summary>The method that is asked for, for the hidden field <c>method</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The factor that is asked for, for the hidden field <c>factor</c>; null where any of the method's can answer.</summary>
    public string? FactorId { get; init; }

    /// <summary>Whether it is a recovery code, which isn't digits alone.</summary>
    public required bool IsRecovery { get; init; }

    /// <summary>What to do: to have a code sent, or what to enter.</summary>
    public required string Hint { get; init; }

    /// <summary>What is sent to the user before there is something to enter; null for a method that needs nothing of the kind.</summary>
    public MfaVerifyChallenge? Challenge { get; init; }

    /// <summary>Why the user is asked, in a sentence; null where nothing is said of it.</summary>
    public string? Explanation { get; init; }

    /// <summary>The label of the box <c>remember_device</c>: not to be asked in this browser for a while; null where that isn't offered.</summary>
    public string? RememberText { get; init; }

    /// <summary>Whether that box was ticked before.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>The other ways to answer.</summary>
    public required IReadOnlyList<MfaMethodLink> Others { get; init; }

    /// <summary>For how long no answer is taken after too many wrong ones, which <see cref="Notice"/> says too; zero where one may be tried.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Whether one of <see cref="Others"/> can be answered at once, while this way must wait.</summary>
    public bool SuggestsOthers { get; init; }

    /// <summary>Whether it is a fresh proof for someone who is signed in.</summary>
    public required bool IsStepUp { get; init; }

    /// <summary>Where the form is posted.</summary>
    public required string FormUrl { get; init; }

    /// <summary>Why the form is shown again.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether <see cref="Notice"/> is about an error.</summary>
    public bool IsError { get; init; }

    /// <summary>Whether that error is in what was entered.</summary>
    public bool IsCodeError { get; init; }
}

/// <summary>A challenge that the user has sent to them: the form has a button <c>send</c> for it.</summary>
public sealed record MfaVerifyChallenge
{
    /// <summary>Whether it is out, so that there is something to enter.</summary>
    public required bool IsStarted { get; init; }

    /// <summary>Options for the browser's key, as JSON; null for a code, or before it is started.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Whether the browser's key answers it.</summary>
    public bool UsesBrowser { get; init; }

    /// <summary>Whether no other can be sent.</summary>
    public required bool IsLast { get; init; }

    /// <summary>For how long no other is sent; zero for at once.</summary>
    public required TimeSpan Wait { get; init; }

    /// <summary><see cref="Wait"/> in words; null where there is none.</summary>
    public string? WaitText { get; init; }
}

/// <summary>Another way to answer.</summary>
/// <param name="Label">Its label, with what tells it from others of its method: <c>Text message to •••• 42</c>.</param>
/// <param name="Url">The page that asks for it.</param>
public sealed record MfaMethodLink(string Label, string Url)
{
    /// <summary>What the user will have to do; null where nothing is known of it.</summary>
    public string? Hint { get; init; }
}
