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

    /// <summary>Whether it is a recovery code, which isn't digits alone.</summary>
    public required bool IsRecovery { get; init; }

    /// <summary>What to enter.</summary>
    public required string Hint { get; init; }

    /// <summary>The other ways to answer.</summary>
    public required IReadOnlyList<MfaMethodLink> Others { get; init; }

    /// <summary>Whether it is a fresh proof for someone who is signed in.</summary>
    public required bool IsStepUp { get; init; }

    /// <summary>Where the form is posted.</summary>
    public required string FormUrl { get; init; }

    /// <summary>Why the form is shown again.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether <see cref="Notice"/> is about what was entered.</summary>
    public bool IsError { get; init; }
}

/// <summary>Another way to answer.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Url">The page that asks for it.</param>
public sealed record MfaMethodLink(string Label, string Url);
