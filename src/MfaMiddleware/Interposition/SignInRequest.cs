using System.Net;
using System.Security.Claims;
using MfaMiddleware.Policies;
using MfaMiddleware.TrustedDevices;
using Microsoft.AspNetCore.Authentication;

namespace MfaMiddleware.Interposition;

/// <summary>One call of <c>SignInAsync</c> as the gate saw it: what stage 1 gives to stage 2.</summary>
internal sealed record SignInRequest
{
    public required MfaSubject Subject { get; init; }

    public required AuthenticationScheme Scheme { get; init; }

    public required ClaimsPrincipal Principal { get; init; }

    public required AuthenticationProperties Properties { get; init; }

    public required string Path { get; init; }

    public required IPAddress? RemoteAddress { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>What the browser's cookie and headers say.</summary>
    public BrowserFacts Browser { get; init; } = BrowserFacts.None;

    public string? Client => Properties.GetMfaClient();

    public MfaDemand? Demand => Properties.GetMfaDemand();

    public string? BypassReason => Properties.GetMfaBypass();

    /// <summary>The same with a principal and properties of its own: what the host does to its objects later is no part of the sign-in.</summary>
    public SignInRequest Freeze() => this with { Principal = PrincipalCopy.Of(Principal), Properties = Properties.Clone() };

    public MfaPolicyContext ToPolicyContext() => new()
    {
        Subject = Subject,
        Principal = Principal,
        Scheme = Scheme.Name,
        Client = Client,
        Path = Path,
        RemoteAddress = RemoteAddress,
        Now = Now,
        Browser = Browser,
    };
}
