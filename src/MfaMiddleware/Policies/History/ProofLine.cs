using MfaMiddleware.TrustedDevices;

namespace MfaMiddleware.Policies.History;

/// <summary>A proof of a second factor as the log keeps it: which sign-in it was for, and which browser was remembered by it.</summary>
/// <param name="Proved">The id of the sign-in's record; another one for a proof within a session.</param>
internal sealed record ProofLine(string Proved)
{
    public DateTimeOffset At { get; init; }

    public string? Device { get; init; }

    public string? Agent { get; init; }

    public string? Address { get; init; }

    public string? Stamp { get; init; }

    public MfaStrength Strength { get; init; }

    public long? AsOf { get; init; }

    public bool? Trusts { get; init; }

    public static ProofLine Of(DeviceProof proof) => new(proof.SessionId)
    {
        At = proof.At,
        Device = proof.Browser.KeyFor(proof.Subject),
        Agent = proof.Browser.Agent,
        Address = proof.Address?.ToString(),
        Stamp = proof.Browser.SecurityStamp,
        Strength = proof.Strength,
        AsOf = proof.AsOf == proof.At.ToUnixTimeMilliseconds() ? null : proof.AsOf,
        Trusts = proof.Trusts ? true : null,
    };

    public DeviceProof ToProof(MfaSubject subject) => new()
    {
        Subject = subject,
        SessionId = Proved,
        At = At,
        Browser = new BrowserFacts(null, Agent ?? "") { Key = Device, SecurityStamp = Stamp },
        Address = Address is null ? null : System.Net.IPAddress.Parse(Address),
        Strength = Strength,
        AsOf = AsOf ?? At.ToUnixTimeMilliseconds(),
        Trusts = Trusts == true,
    };
}
