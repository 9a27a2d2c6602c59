using MfaMiddleware.Enrollment;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.UI;

/// <summary>What <c>Manage.cshtml</c> shows.</summary>
public sealed record MfaManageModel
{
    /// <summary>What the user has set up.</summary>
    public required IReadOnlyList<MfaEnrolledFactor> Factors { get; init; }

    /// <summary>Unused recovery codes.</summary>
    public required int RecoveryCodesRemaining { get; init; }

    /// <summary>The browsers that the user has proved a factor in, the last seen first.</summary>
    public IReadOnlyList<MfaDevice> Devices { get; init; } = [];

    /// <summary>What can be added.</summary>
    public required IReadOnlyList<MfaMethodChoice> Methods { get; init; }

    /// <summary>Whether something can be changed; else the user confirms first that it is them.</summary>
    public required bool MayChange { get; init; }

    /// <summary>Until when the user may sign in without a second factor, in words; null where there is no such time.</summary>
    public string? EnrollBy { get; init; }

    /// <summary>Where the forms are posted.</summary>
    public required string FormUrl { get; init; }

    /// <summary>The root of the app.</summary>
    public required string HomeUrl { get; init; }

    /// <summary>What was done, or why it wasn't.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether <see cref="Notice"/> is about an error.</summary>
    public bool IsError { get; init; }
}

/// <summary>What <c>Add.cshtml</c> shows: the set-up of a factor for someone who is signed in.</summary>
public sealed record MfaAddModel
{
    /// <summary>The set-up, for the hidden field <c>id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The secret in groups of four, for typing.</summary>
    public string? Secret { get; init; }

    /// <summary>The secret as an <c>otpauth</c> address, which phones open in the app.</summary>
    public string? Uri { get; init; }

    /// <summary>The QR code: an SVG element.</summary>
    public string? QrSvg { get; init; }

    /// <summary>Options for the browser's key, as JSON; null for an authenticator that shows codes.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Where a code was sent, masked; null where the authenticator makes its own.</summary>
    public string? SentTo { get; init; }

    /// <summary>Recovery codes that come with a first factor; else empty.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; init; } = [];

    /// <summary>The name of the app, for the file of codes.</summary>
    public required string Issuer { get; init; }

    /// <summary>Where the form is posted.</summary>
    public required string FormUrl { get; init; }

    /// <summary>The page to go back to.</summary>
    public required string ManageUrl { get; init; }

    /// <summary>Why the form is shown again.</summary>
    public string? Notice { get; init; }

    /// <summary>Whether <see cref="Notice"/> is about what was entered.</summary>
    public bool IsError { get; init; }
}

/// <summary>What <c>NewCodes.cshtml</c> shows.</summary>
/// <param name="Codes">The codes: shown once.</param>
/// <param name="Issuer">The name of the app, for the file of codes.</param>
/// <param name="ManageUrl">The page to go back to.</param>
public sealed record MfaNewCodesModel(IReadOnlyList<string> Codes, string Issuer, string ManageUrl);
