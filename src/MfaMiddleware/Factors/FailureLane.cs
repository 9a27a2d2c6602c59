namespace MfaMiddleware.Factors;

/// <summary>
/// Where an answer came from. Each lane has a ladder of waits of its own, so that somebody who knows only the password can't make the owner wait
/// on a device that the account knows; the caps count both together.
/// </summary>
public enum FailureLane
{
    /// <summary>A device that isn't known to be the owner's, or none that can be told.</summary>
    Unknown = 0,

    /// <summary>A device on which this user has completed MFA before.</summary>
    KnownDevice = 1,
}
