namespace MfaMiddleware.UI;

/// <summary>A step of the set-up.</summary>
public enum MfaSetupStep
{
    /// <summary>Which method.</summary>
    Choose,

    /// <summary>The QR code and the secret.</summary>
    Scan,

    /// <summary>The recovery codes.</summary>
    Codes,

    /// <summary>The first code of the new authenticator.</summary>
    Confirm,
}

/// <summary>What <c>Setup.cshtml</c> and <c>Codes.cshtml</c> show.</summary>
public sealed record MfaSetupModel
{
    /// <summary>The step.</summary>
    public required MfaSetupStep Step { get; init; }

    /// <summary>The session, for the hidden field <c>id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The version that the form is for, for the hidden field <c>version</c>.</summary>
    public required long Version { get; init; }

    /// <summary>Whether the user has factors, and sets up a stronger one.</summary>
    public bool NeedsStronger { get; init; }

    /// <summary>The methods to choose from: names and labels.</summary>
    public required IReadOnlyList<MfaMethodChoice> Methods { get; init; }

    /// <summary>The set-up, for the hidden field <c>enrollment</c>; null before a method is chosen.</summary>
    public string? EnrollmentId { get; init; }

    /// <summary>The secret in groups of four, for typing.</summary>
    public string? Secret { get; init; }

    /// <summary>The secret as an <c>otpauth</c> address, which phones open in the app.</summary>
    public string? Uri { get; init; }

    /// <summary>The QR code: an SVG element.</summary>
    public string? QrSvg { get; init; }

    /// <summary>Whether the browser's key is set up: there is nothing to scan or to type.</summary>
    public bool UsesBrowser { get; init; }

    /// <summary>Options for the browser's key, as JSON; null before the ceremony is started.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Where a code was sent, masked; null where the authenticator makes its own.</summary>
    public string? SentTo { get; init; }

    /// <summary>The recovery codes; empty where the user has some, or they are turned off.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; init; } = [];

    /// <summary>The name of the app, for the file of codes.</summary>
    public required string Issuer { get; init; }

    /// <summary>Where the forms are posted.</summary>
    public required string FormUrl { get; init; }

    /// <summary>The page of the codes.</summary>
    public required string CodesUrl { get; init; }

    /// <summary>The page of the last step.</summary>
    public required string ConfirmUrl { get; init; }

    /// <summary>The page that lets the user choose another method; null where there is one alone.</summary>
    public string? ChooseUrl { get; init; }

    /// <summary>Why the form is shown again.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether <see cref="Notice"/> is about what was entered.</summary>
    public bool IsError { get; init; }

    /// <summary>How many steps there are: the one of the codes may be missing.</summary>
    public int StepCount => RecoveryCodes.Count > 0 ? 3 : 2;
}

/// <summary>A method to set up.</summary>
/// <param name="Name">Its name, for the field <c>begin</c>.</param>
/// <param name="Label">Its label.</param>
public sealed record MfaMethodChoice(string Name, string Label);
