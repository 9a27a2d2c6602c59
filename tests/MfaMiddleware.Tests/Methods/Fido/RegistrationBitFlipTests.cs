using MfaMiddleware.Methods.Fido.Messages;
using MfaMiddleware.Methods.Fido.Registration;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>Every single bit of what the maker of a vector's key signed counts.</summary>
public sealed class RegistrationBitFlipTests
{
    private const int FlagsOffset = 32;
    private const int AaguidOffset = 37;

    public static TheoryData<string> Attested => [.. Vector.Valid.Where(v => !v.Name.StartsWith("none", StringComparison.Ordinal)).Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Attested))]
    public async Task AttestedRegistrationWithOneBitTurned_IsRefused(string name)
    {
        var vector = Vector.Named(name);
        var registration = vector.Registration;
        var accepted = new List<string>();
        foreach (var (bit, bytes) in VectorRun.Flips(registration.ClientData, ..))
        {
            if (await IsAcceptedAsync(vector, bytes, registration.AttestationObject)) accepted.Add($"client data {bit}");
        }

        foreach (var (bit, bytes) in VectorRun.Flips(registration.AttestationObject, registration.DataRange))
        {
            if (await IsAcceptedAsync(vector, registration.ClientData, bytes)) accepted.Add($"authenticator data {bit}");
        }

        foreach (var (bit, bytes) in registration.SignatureRange is { } range ? VectorRun.Flips(registration.AttestationObject, range) : [])
        {
            if (await IsAcceptedAsync(vector, registration.ClientData, bytes)) accepted.Add($"signature {bit}");
        }

        Assert.Equal(name == "fido-u2f-es256" ? NotCoveredByU2F() : [], accepted);
    }

    [Theory]
    [InlineData("packed-es256")]
    [InlineData("tpm-es256")]
    [InlineData("android-key-es256")]
    [InlineData("apple-es256")]
    public async Task AttestationObjectWithOneBitOfAByteTurned_LeadsToNoRoot(string name)
    {
        var vector = Vector.Named(name);
        var policy = Vector.Open with { AttestationPolicy = Vector.Open.AttestationPolicy with { RefuseUntrusted = true } };
        var accepted = new List<int>();
        for (var at = 0; at < vector.Registration.AttestationObject.Length; at++)
        {
            var bytes = vector.Registration.AttestationObject.ToArray();
            bytes[at] ^= (byte)(1 << (at % 8));
            var id = AttestationObject.TryRead(bytes)?.Data.Credential?.Id;
            if (await vector.RegisterAsync(policy, vector.RegistrationJson(vector.Registration.ClientData, bytes, id)) is RegistrationResult.Registered) accepted.Add(at);
        }

        Assert.Empty(accepted);
    }

    /// <summary>
    /// A U2F signature covers the relying party, the client data, the key handle and the key. Of the rest the flags that U2F doesn't have and
    /// the counter are refused by rule; what stays are the two reserved flags, and the AAGUID where the rule that it be zero is off, as here.
    /// </summary>
    private static List<string> NotCoveredByU2F() =>
    [
        $"authenticator data {(FlagsOffset * 8) + 1}",
        $"authenticator data {(FlagsOffset * 8) + 5}",
        .. Enumerable.Range(AaguidOffset * 8, 128).Select(bit => $"authenticator data {bit}"),
    ];

    private static async Task<bool> IsAcceptedAsync(Vector vector, byte[] clientData, byte[] attestationObject)
    {
        // The id beside follows the one that is signed, so that only the signature can refuse it.
        var id = AttestationObject.TryRead(attestationObject)?.Data.Credential?.Id;
        return await vector.RegisterAsync(Vector.Open, vector.RegistrationJson(clientData, attestationObject, id)) is RegistrationResult.Registered;
    }
}
