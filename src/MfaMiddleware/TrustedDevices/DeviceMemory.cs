using System.Security.Claims;
using MfaMiddleware.Interposition;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.TrustedDevices;

/// <summary>Remembers the browsers in which a user proved a second factor: a cookie there, a record of this user here.</summary>
internal sealed partial class DeviceMemory(
    DeviceCookie cookie, HistoryKeeper keeper, HistoryWriter writer, MfaSettings settings, TimeProvider time, ILogger<DeviceMemory> logger)
{
    private const int IdLength = 16;

    /// <summary>After a proof. A store that fails costs the user another challenge, and not this sign-in.</summary>
    /// <param name="context">The request that answered, before its response starts.</param>
    /// <param name="accepted">What was proved.</param>
    /// <param name="principal">Whose it is.</param>
    public async Task ProveAsync(HttpContext context, VerificationResult.Accepted accepted, ClaimsPrincipal principal)
    {
        var (options, now) = (settings.Current, time.GetUtcNow());
        var subject = accepted.Session.Subject;
        var facts = cookie.Read(context) with { Secret = cookie.Ensure(context) };
        var network = Network.Of(context.Connection.RemoteIpAddress);
        try
        {
            await keeper.ChangeAsync(subject, history => Proved(history, accepted, facts, principal, network, now, options), CancellationToken.None);
            writer.Enqueue(subject, context.Connection.RemoteIpAddress, (history, place) => history.Visited(new Visit(now, place, false), network, options));
        }
        catch (MfaUnavailableException e)
        {
            Log.NotRemembered(logger, e);
        }
    }

    /// <summary>A sign-in under <c>Policy:Observe</c>: as if its challenge had been answered, and worth nothing once the policy is enforced.</summary>
    public void Observe(HttpContext context, SignInRequest request)
    {
        var (options, network) = (settings.Current, Network.Of(request.RemoteAddress));
        var facts = request.Browser with { Secret = cookie.Ensure(context) };
        writer.Enqueue(request.Subject, request.RemoteAddress, (history, place) =>
        {
            var visited = history.Visited(new Visit(request.Now, place, true), network, options);
            var known = Find(history, request.Subject, facts);
            // One that was proved stays what it is.
            return known is { IsObserved: false } ? visited : visited.WithDevice(
                DeviceOf(known, request.Subject, facts, request.Principal, request.Now, options) with { IsObserved = true }, options.Policy.Signals.NewDevice.MaxPerUser);
        });
    }

    private static SignInHistory Proved(
        SignInHistory history, VerificationResult.Accepted accepted, BrowserFacts facts, ClaimsPrincipal principal, string network, DateTimeOffset now, MfaOptions options)
    {
        var (subject, proof) = (accepted.Session.Subject, accepted.Proof);
        var known = Find(history, subject, facts);
        var trusts = accepted.TrustsDevice && options.TrustedDevices.Enabled && !proof.IsRecovery;
        var device = DeviceOf(known, subject, facts, principal, now, options) with
        {
            AsOf = proof.AsOf,
            Strength = proof.Strength,
            // A proof prolongs no trust that the user didn't ask for anew.
            TrustedUntil = trusts ? now + options.TrustedDevices.Lifetime : known is { IsObserved: false } ? known.TrustedUntil : null,
        };
        var next = history.WithDevice(device, options.Policy.Signals.NewDevice.MaxPerUser).Visited(new Visit(now, null, false), network, options) with { LastProvedAt = now };
        return SignInLog.AppendProof(trusts ? WithTrustedAtMost(next, options.TrustedDevices.MaxPerUser, now) : next, accepted.Session.Id, options);
    }

    private static KnownDevice DeviceOf(KnownDevice? known, MfaSubject subject, BrowserFacts facts, ClaimsPrincipal principal, DateTimeOffset now, MfaOptions options) =>
        new(known?.Id ?? MfaToken.New().SessionId[..IdLength], DeviceReader.KeyOf(subject, facts.Secret!))
        {
            Agent = facts.Agent,
            CreatedAt = known?.CreatedAt ?? now,
            LastSeenAt = now,
            ProvedAt = now,
            AsOf = now.ToUnixTimeMilliseconds(),
            Policy = PolicyFingerprint.Of(options),
            SecurityStamp = DeviceReader.SecurityStampOf(principal),
        };

    private static KnownDevice? Find(SignInHistory history, MfaSubject subject, BrowserFacts facts)
    {
        var key = DeviceReader.KeyOf(subject, facts.Secret!);
        return history.Devices.Find(d => d.Key == key);
    }

    /// <summary>Beyond the bound the oldest are trusted no longer, and stay known.</summary>
    private static SignInHistory WithTrustedAtMost(SignInHistory history, int most, DateTimeOffset now)
    {
        var trusted = history.Devices.Where(d => d.TrustedUntil > now).OrderByDescending(d => d.TrustedUntil).Skip(most).ToHashSet();
        return history with { Devices = [.. history.Devices.Select(d => trusted.Contains(d) ? d with { TrustedUntil = null } : d)] };
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Warning, "A browser could not be remembered after its proof: its user is asked there once more.")]
        public static partial void NotRemembered(ILogger logger, Exception exception);
    }
}
