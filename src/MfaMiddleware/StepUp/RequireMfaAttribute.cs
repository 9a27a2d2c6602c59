using Microsoft.AspNetCore.Authorization;

namespace MfaMiddleware.StepUp;

/// <summary>
/// Asks for a proof of MFA that is fresh enough, for an endpoint that does what a signed-in session alone should not. A browser's GET is led
/// through the challenge and comes back to where it was. Any other request of a browser is led through it and ends at the app's root: what it
/// posted is dropped, and the user does it again with the proof. An API gets 401 with the challenge of RFC 9470.
/// </summary>
/// <remarks>The user must be signed in as with <see cref="AuthorizeAttribute"/>, whose members hold here too.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireMfaAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    /// <summary>How old the proof may be, in seconds. Default: 900, 15 minutes.</summary>
    public int MaxAgeSeconds { get; set; } = 900;

    /// <summary>What the proof must be worth. Default: <see cref="MfaStrength.Sms"/>, any.</summary>
    public MfaStrength Strength { get; set; } = MfaStrength.Sms;

    /// <summary>The names of the methods that it may come from. Default: none, which is any. A recovery code is the method <c>recovery_code</c>.</summary>
    public string[] Methods { get; set; } = [];

    /// <summary>What the authorization middleware checks.</summary>
    /// <returns>One requirement.</returns>
    public IEnumerable<IAuthorizationRequirement> GetRequirements()
    {
        MfaStrength? strength = Strength > MfaStrength.Sms ? Strength : null;
        yield return new MfaRequirement(new StepUpDemand(TimeSpan.FromSeconds(MaxAgeSeconds), strength, Methods));
    }
}
