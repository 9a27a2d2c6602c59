using System.Net;
using System.Security.Claims;
using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Policies.History;
using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.Replay;

/// <summary>
/// One user's recorded sign-ins, decided again in order. The decisions are <see cref="DecisionMaker"/>'s, the steps from one history to the next those of
/// the gate; here is only what the record must stand in for.
/// </summary>
internal sealed class ReplayedUser(MfaSubject subject, SignInHistory last, MfaAccount account, ReplayEngine engine) : IUserFacts
{
    private readonly RecordedWorld _recorded = new();
    private readonly Dictionary<string, bool> _held = new(StringComparer.Ordinal);
    private SignInHistory _history = SignInHistory.Empty;
    private KnownBefore _before = new();
    private MfaSignInRecord? _current;
    private bool _isEnrolled;
    private bool _began;

    /// <summary>The sign-ins with what becomes of them now, oldest first.</summary>
    public async IAsyncEnumerable<ReplayedSignIn> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var line in SignInLog.ReadLines(last))
        {
            if (line.Proof is { } proof) await ProveAsync(proof, cancellationToken);
            else if (line.SignIn is { } record) yield return await DecideAsync(record, line.Before ?? new KnownBefore(), cancellationToken);
        }
    }

    public ValueTask<LoadedHistory> LoadAsync(MfaSubject _, CancellationToken cancellationToken) => new(new LoadedHistory(_history, 0, _before.FactorsChanged));

    public Task<bool> BeginGraceAsync(MfaSubject _, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _history = _history with { GraceStartedAt = now };
        return Task.FromResult(true);
    }

    public ValueTask<MfaAccount> FindAccountAsync(MfaSubject _, CancellationToken cancellationToken) =>
        new(!HadFactor() ? MfaAccount.Empty : account.IsEnrolled ? account with { WasReset = false } : engine.AnyAccountOf(subject));

    private async Task<ReplayedSignIn> DecideAsync(MfaSignInRecord record, KnownBefore before, CancellationToken cancellationToken)
    {
        (_current, _before) = (record, before);
        var signIn = ContextOf(record, before);
        Begin(signIn, record, before);
        signIn = signIn with { Inquiry = engine.Inquire(this) };
        var made = await engine.DecideAsync(signIn, before.Demand, [.. (before.Proofs ?? []).Select(p => p.ToProof())], cancellationToken);
        var decision = made.Decision!;
        if (decision.Outcome == MfaOutcome.NotRequired)
        {
            if (made.Device is { IsKnown: true, Device: { } device })
                _history = DeviceChanges.Seen(_history, device.Key, signIn, await engine.LocateAsync(signIn.RemoteAddress, cancellationToken), engine.Options);
        }
        else
        {
            if (made.IsForTravel)
                _history = DeviceChanges.TravelAsked(_history, made.Device.Device!.Key, signIn, await engine.LocateAsync(signIn.RemoteAddress, cancellationToken));
            if (decision.Outcome != MfaOutcome.Denied) await HoldAsync(signIn, record, before, decision, cancellationToken);
        }

        LearnFrom(record, before);
        return new ReplayedSignIn(record, decision, before is { Visit: not null } or { Proved: not null });
    }

    /// <summary>Brings the replayed history to what holds at this sign-in, whatever the policy: what came from outside, and what the log doesn't reach back to.</summary>
    private void Begin(MfaPolicyContext signIn, MfaSignInRecord record, KnownBefore before)
    {
        if (!_began)
        {
            _began = true;
            _history = _history with { LastVisit = before.Visit is { } visit ? visit with { IsObserved = false } : null, LastProvedAt = before.Proved };
            // Which networks they were doesn't matter: those that come again are told one by one.
            foreach (var country in before.Countries ?? []) _history = _history with { Networks = _history.Networks.Add(new SeenNetwork($"in {country}", record.At, false) { Country = country }) };
            if (last.GraceStartedAt < record.At) _history = _history with { GraceStartedAt = last.GraceStartedAt };
        }

        _history = _history.Since(record.At - engine.Options.Policy.History.Retention) with
        {
            DevicesVoidBefore = before.VoidBefore,
            Failures = last.Failures.RemoveAll(f => f.At > record.At),
            Changes = last.Changes.RemoveAll(c => c.At > record.At),
        };
        if (record.Device is { } key) BeginDevice(key, record, before);
        var network = Network.Of(signIn.RemoteAddress);
        if (network.Length == 0) return;
        var sighting = _recorded.Network(network, before.Network == true);
        if (sighting == Sighting.KnownFromBefore && !_history.Networks.Exists(n => n.Network == network))
            _history = _history with { Networks = _history.Networks.Add(new SeenNetwork(network, record.At, false)) };
        else if (sighting == Sighting.Forgotten) _history = _history with { Networks = _history.Networks.RemoveAll(n => n.Network == network) };
    }

    private void BeginDevice(string key, MfaSignInRecord record, KnownBefore before)
    {
        // One that was only observed counts for nothing once the policy is enforced.
        var device = before.Device is { } known && (known.IsObserved != true || record.IsObserved) ? known : null;
        var sighting = _recorded.Device(key, device is not null);
        if (sighting == Sighting.Forgotten) _history = _history with { Devices = _history.Devices.RemoveAll(d => d.Key == key) };
        if (sighting != Sighting.KnownFromBefore || _history.Devices.Exists(d => d.Key == key)) return;
        // As if the changed policy had been in force when it was proved: else every browser would be asked once, and hide what differs.
        _history = _history.WithDevice(
            new KnownDevice("", key)
            {
                Agent = device!.Agent,
                CreatedAt = device.ProvedAt,
                LastSeenAt = device.ProvedAt,
                ProvedAt = device.ProvedAt,
                AsOf = device.AsOf,
                Policy = PolicyFingerprint.Of(engine.Options),
                SecurityStamp = device.Stamp,
                Strength = device.Strength,
                TrustedUntil = device.TrustedUntil,
                TravelledAt = device.TravelledAt,
                Unanswered = device.Unanswered is null ? null : [.. device.Unanswered],
            },
            engine.Options.Policy.Signals.NewDevice.MaxPerUser);
    }

    /// <summary>Who was challenged then shows by the proof; who wasn't is taken to have answered.</summary>
    private async Task HoldAsync(MfaPolicyContext signIn, MfaSignInRecord record, KnownBefore before, MfaDecision decision, CancellationToken cancellationToken)
    {
        var wasHeld = !record.IsObserved && record.Outcome != MfaOutcome.NotRequired;
        _held[record.Id] = true;
        if (decision.Outcome == MfaOutcome.EnrollmentRequired && (!wasHeld || record.IsProved)) _isEnrolled = true;
        if (wasHeld) return;
        await ApplyAsync(
            new DeviceProof
            {
                Subject = subject,
                SessionId = record.Id,
                At = record.At,
                Browser = signIn.Browser with { Key = before.Named ?? record.Device ?? record.Id, SecurityStamp = before.Stamp },
                Address = signIn.RemoteAddress,
                Strength = MfaStrength.Otp,
                AsOf = record.At.ToUnixTimeMilliseconds(),
            },
            cancellationToken);
    }

    private async Task ProveAsync(ProofLine line, CancellationToken cancellationToken)
    {
        var proof = line.ToProof(subject);
        _recorded.Learn(line.Device, Network.Of(proof.Address));
        _isEnrolled = true;
        // The answer to a challenge that this policy doesn't ask is not given; a proof within a session is.
        if (_held.GetValueOrDefault(line.Proved, true)) await ApplyAsync(proof, cancellationToken);
    }

    private async Task ApplyAsync(DeviceProof proof, CancellationToken cancellationToken) =>
        _history = DeviceChanges.Proved(_history, proof, await engine.LocateAsync(proof.Address, cancellationToken), engine.Options);

    private void LearnFrom(MfaSignInRecord record, KnownBefore before)
    {
        _held.TryAdd(record.Id, false);
        var network = Network.Of(AddressOf(record));
        if (record is { IsObserved: true, Outcome: MfaOutcome.Required or MfaOutcome.EnrollmentRequired }) _recorded.Learn(before.Named ?? record.Device, network);
        else if (record.Outcome == MfaOutcome.NotRequired && before.Device is { Standing: DeviceStanding.Known }) _recorded.Learn(null, network);
    }

    private bool HadFactor() => _isEnrolled || (_current!.HadFactor ?? _before is { FactorsChanged: not null } or { Proved: not null });

    private MfaPolicyContext ContextOf(MfaSignInRecord record, KnownBefore before) => new()
    {
        Subject = subject,
        Principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", subject.Id), .. record.Roles.Select(r => new Claim("role", r))], "replay", "name", "role")),
        Scheme = record.Scheme,
        Client = record.Client,
        Path = record.Path,
        RemoteAddress = AddressOf(record),
        Now = record.At,
        Browser = new BrowserFacts(null, record.Agent) { Key = record.Device, SecurityStamp = before.Stamp },
        FailedUsersOfNetwork = before.FailedUsers ?? 0,
    };

    private static IPAddress? AddressOf(MfaSignInRecord record) => IPAddress.TryParse(record.Address, out var address) ? address : null;
}

/// <summary>A recorded sign-in, and what the changed policy decides about it.</summary>
/// <param name="Record">As it was recorded.</param>
/// <param name="Decision">Now.</param>
/// <param name="HasEarlier">Whether its user had signed in before.</param>
internal sealed record ReplayedSignIn(MfaSignInRecord Record, MfaDecision Decision, bool HasEarlier);
