namespace MfaMiddleware.Enrollment;

/// <summary>What a user wants to set up, and what they entered for it; what a method doesn't need is ignored.</summary>
/// <param name="Method">The method's name, for example <c>totp</c>.</param>
public sealed record MfaEnrollmentRequest(string Method)
{
    /// <summary>The name that the user gives the factor, if any; at most 64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The phone number.</summary>
    public string? Phone { get; init; }

    /// <summary>The secret of a token that was made elsewhere, hexadecimal or base32.</summary>
    public string? Secret { get; init; }

    /// <summary>The counter of that token. Default: 0.</summary>
    public long? Counter { get; init; }

    /// <summary>Prints no secret.</summary>
    /// <returns><c>***</c>.</returns>
    public override string ToString() => "***";
}
