using System.Security.Claims;
using MfaMiddleware.Interposition;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.TrustedDevices;

/// <summary>Remembers the browsers in which a user proved a second factor: a cookie there, a record of this user here.</summary>
internal sealed partial class DeviceMemory(
    DeviceCookie cookie, HistoryKeeper keeper, HistoryWriter writer, MfaSettings settings, TimeProvider time, ILogger<DeviceMemory> logger)
{
    /// <summary>After a proof. A store that fails costs the user another challenge, and not this sign-in.</summary>
    /// <param name="context">The request that answered, before its response starts.</param>
    /// <param name="accepted">What was proved.</param>
    /// <param name="principal">Whose it is.</param>
    public async Task ProveAsync(HttpContext context, VerificationResult.Accepted accepted, ClaimsPrincipal principal)
    {
        var browser = cookie.Read(context) with { SecurityStamp = DeviceReader.SecurityStampOf(principal) };
        var proof = new DeviceProof
        {
            Subject = accepted.Session.Subject,
            SessionId = accepted.Session.Id,
            At = time.GetUtcNow(),
            Browser = browser,
            Address = context.Connection.RemoteIpAddress,
            Strength = accepted.Proof.Strength,
            AsOf = accepted.Proof.AsOf,
            Trusts = accepted.TrustsDevice && !accepted.Proof.IsRecovery,
        };
        try
        {
            var secret = await IsVoidAsync(proof) ? cookie.Renew(context) : cookie.Ensure(context);
            await KeepAsync(proof with { Browser = browser with { Secret = secret } });
        }
        catch (MfaUnavailableException e)
        {
            Log.NotRemembered(logger, e);
        }
    }

    /// <summary>The same, wherever the proof came from.</summary>
    public async Task KeepAsync(DeviceProof proof)
    {
        var options = settings.Current;
        await keeper.ChangeLoadedAsync(proof.Subject, loaded => Proved(loaded, proof, options), CancellationToken.None);
        writer.Enqueue(proof.Subject, proof.Address, (history, place) => history.Visited(new Visit(proof.At, place, false), Network.Of(proof.Address), options));
    }

    /// <summary>Whether the user's record of this browser is void: the cookie may have been copied, and the copy must not come back to life with the proof.</summary>
    private async Task<bool> IsVoidAsync(DeviceProof proof)
    {
        if (proof.Browser.Secret is null) return false;
        var loaded = await keeper.LoadAsync(proof.Subject, CancellationToken.None);
        return DeviceChanges.IsVoid(loaded, proof, settings.Current);
    }

    /// <summary>Gives the browser a name, so that replay knows it again, also under a policy that would have asked there.</summary>
    public MfaPolicyContext Name(HttpContext context, MfaPolicyContext signIn) =>
        signIn with { Browser = signIn.Browser with { Remembered = cookie.Ensure(context) } };

    /// <summary>A sign-in under <c>Policy:Observe</c>: as if its challenge had been answered, and worth nothing once the policy is enforced.</summary>
    public void Observe(MfaPolicyContext signIn, MadeDecision made)
    {
        var options = settings.Current;
        writer.Enqueue(signIn.Subject, signIn.RemoteAddress, (history, place) => DeviceChanges.Observed(history, signIn, made.Device.IsKnown, made.IsForTravel, place, options));
    }

    private static SignInHistory Proved(LoadedHistory loaded, DeviceProof proof, MfaOptions options) => SignInLog.AppendProof(
        DeviceChanges.Proved(loaded.History, proof with { FactorsChangedAt = loaded.FactorsChangedAt }, null, options), proof, options);

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Warning, "A browser could not be remembered after its proof: its user is asked there once more.")]
        public static partial void NotRemembered(ILogger logger, Exception exception);
    }
}
