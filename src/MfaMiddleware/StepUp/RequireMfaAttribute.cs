using Microsoft.AspNetCore.Authorization;

namespace MfaMiddleware.StepUp;

/// <summary>
/// Asks for a proof of MFA that is fresh enough, for an endpoint that does what a signed-in session alone should not. A browser is led
/// through the challenge and comes back to where it was; a form that it posted waits until the user sends it again by a button, without its
/// passwords. What can't be kept (files, more than 32 KB, no form at all) is dropped, and the browser ends at the app's root. An API gets 401 with
/// the challenge of RFC 9470.
/// </summary>
/// <remarks>
/// The user must be signed in as with <see cref="AuthorizeAttribute"/>, whose members hold here too. The authorization middleware checks it, at the endpoint of a request.
/// What authorizes by itself takes it for an ordinary <see cref="AuthorizeAttribute"/>: a component that is shown within a circuit, <c>AuthorizeView</c>, MVC without endpoint
/// routing. On a method of a hub it fails the start; on the hub's class it holds for the connection.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequireMfaAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    /// <summary>How old the proof may be, in seconds. Default: 900, 15 minutes.</summary>
    public int MaxAgeSeconds { get; set; } = 900;

    /// <summary>What the proof must be worth. Default: <see cref="MfaStrength.Sms"/>, any.</summary>
    public MfaStrength Strength { get; set; } = MfaStrength.Sms;

    /// <summary>
    /// What the proof may come from, each entry a way of its own: a method (<c>fido</c>), or what must hold together (<c>pwd and otp</c>), in names
    /// of methods and values of <c>amr</c>. Default: none, which is any. A recovery code is the method <c>recovery_code</c>.
    /// </summary>
    /// <remarks>Each second factor of a way has an age of its own, and none may be older than <see cref="MaxAgeSeconds"/>; the primary sign-in may be.</remarks>
    public string[] Methods { get; set; } = [];

    /// <summary>What the authorization middleware checks.</summary>
    /// <returns>One requirement.</returns>
    public IEnumerable<IAuthorizationRequirement> GetRequirements()
    {
        yield return new MfaRequirement(TimeSpan.FromSeconds(MaxAgeSeconds), Strength, [.. Methods.Select(MethodCombination.Parse)]);
    }

    internal static RequireMfaAttribute Of(TimeSpan? maxAge, MfaStrength? strength, string[] methods)
    {
        var demand = new RequireMfaAttribute { Methods = methods };
        if (maxAge is { } age) demand.MaxAgeSeconds = checked((int)age.TotalSeconds);
        if (strength is { } least) demand.Strength = least;
        return demand;
    }
}
