using System.Buffers.Text;
using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Ceremonies;

/// <summary>
/// A ceremony under way, with everything that was promised to the browser: what is checked at the end is what was asked for at the start,
/// whatever the settings and the user's keys have become meanwhile.
/// </summary>
internal sealed record Ceremony
{
    private const byte Version = 1;
    private const int ChallengeLength = 32;

    public required CeremonyPurpose Purpose { get; init; }

    public required ReadOnlyMemory<byte> Challenge { get; init; }

    /// <summary>The handle that the new credential gets; empty for an assertion.</summary>
    public ReadOnlyMemory<byte> UserHandle { get; init; }

    public required string RelyingPartyId { get; init; }

    public string? AppId { get; init; }

    public required UserVerification UserVerification { get; init; }

    public IReadOnlyList<int> Algorithms { get; init; } = [];

    /// <summary>The credentials of the options: allowed for an assertion, excluded for a registration.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> CredentialIds { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What the framework's handler wants back at the end of a registration; its form is its own.</summary>
    public string FrameworkState { get; init; } = "";

    public static Ceremony OfAssertion(WebAuthnPolicy policy, IReadOnlyList<WebAuthnCredential> credentials, DateTimeOffset now) => new()
    {
        Purpose = CeremonyPurpose.Assertion,
        Challenge = RandomNumberGenerator.GetBytes(ChallengeLength),
        RelyingPartyId = policy.RelyingPartyId,
        AppId = policy.AppId,
        UserVerification = policy.UserVerification,
        CredentialIds = [.. credentials.Select(c => c.Id)],
        ExpiresAt = now + policy.Timeout,
    };

    public bool Names(ReadOnlySpan<byte> credentialId)
    {
        foreach (var id in CredentialIds)
        {
            if (id.Span.SequenceEqual(credentialId)) return true;
        }

        return false;
    }

    public string? WhyNotNow(CeremonyPurpose purpose, DateTimeOffset now)
    {
        if (Purpose != purpose) return Refusal.WrongCeremony;
        return now >= ExpiresAt ? Refusal.CeremonyExpired : null;
    }

    public string ToText()
    {
        using var writer = new CompactWriter();
        writer.WriteByte(Version);
        writer.WriteByte((byte)Purpose);
        writer.WriteByte((byte)UserVerification);
        writer.WriteInt64(ExpiresAt.UtcTicks);
        writer.WriteBytes(Challenge.Span);
        writer.WriteBytes(UserHandle.Span);
        writer.WriteText(RelyingPartyId);
        writer.WriteText(AppId ?? "");
        writer.WriteText(FrameworkState);
        writer.WriteUInt16((ushort)Algorithms.Count);
        foreach (var algorithm in Algorithms) writer.WriteInt32(algorithm);
        writer.WriteUInt16((ushort)CredentialIds.Count);
        foreach (var id in CredentialIds) writer.WriteBytes(id.Span);
        return Base64Url.EncodeToString(writer.Written);
    }

    /// <summary>Reads a ceremony back.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null if there is none, or another version wrote it: the user starts again.</returns>
    public static Ceremony? TryRead(string? text)
    {
        if (string.IsNullOrEmpty(text) || !Base64Url.IsValid(text)) return null;

        var reader = new CompactReader(Base64Url.DecodeFromChars(text));
        if (reader.ReadByte() != Version) return null;

        var ceremony = Read(ref reader);
        var isKnown = ceremony is { Purpose: CeremonyPurpose.Registration or CeremonyPurpose.Assertion, UserVerification: <= UserVerification.Required };
        // An empty challenge would equal the one that any page can make up.
        return reader.IsComplete && isKnown && ceremony.Challenge.Length >= 16 ? ceremony : null;
    }

    private static Ceremony Read(ref CompactReader reader) => new()
    {
        Purpose = (CeremonyPurpose)reader.ReadByte(),
        UserVerification = (UserVerification)reader.ReadByte(),
        ExpiresAt = reader.ReadTime(),
        Challenge = reader.ReadBytes(),
        UserHandle = reader.ReadBytes(),
        RelyingPartyId = reader.ReadText(),
        AppId = reader.ReadText() is { Length: > 0 } appId ? appId : null,
        FrameworkState = reader.ReadText(),
        Algorithms = ReadAlgorithms(ref reader),
        CredentialIds = ReadIds(ref reader),
    };

    private static List<int> ReadAlgorithms(ref CompactReader reader)
    {
        var algorithms = new List<int>();
        for (var left = reader.ReadUInt16(); left > 0 && !reader.HasFailed; left--) algorithms.Add(reader.ReadInt32());
        return algorithms;
    }

    private static List<ReadOnlyMemory<byte>> ReadIds(ref CompactReader reader)
    {
        var ids = new List<ReadOnlyMemory<byte>>();
        for (var left = reader.ReadUInt16(); left > 0 && !reader.HasFailed; left--) ids.Add(reader.ReadBytes());
        return ids;
    }
}
