using System.Text.Json;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Methods.Fido.Registration;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>Runs a vector's ceremonies through the engine.</summary>
internal static class VectorRun
{
    public static readonly SignatureKeyCache Keys = new();
    public static readonly WebAuthnEngine Engine = new(Keys);

    public static ValueTask<RegistrationResult> RegisterAsync(this Vector vector, WebAuthnPolicy policy) =>
        vector.RegisterAsync(policy, vector.RegistrationJson(vector.Registration.ClientData, vector.Registration.AttestationObject));

    public static ValueTask<RegistrationResult> RegisterAsync(this Vector vector, WebAuthnPolicy policy, JsonElement credential) =>
        Engine.FinishRegistrationAsync(policy, vector.RegistrationCeremony(policy).ToText(), credential, static (_, _) => ValueTask.FromResult(false), Vector.Now, CancellationToken.None);

    public static async Task<WebAuthnCredential> RegisteredAsync(this Vector vector) =>
        ((RegistrationResult.Registered)await vector.RegisterAsync(Vector.Open)).Credential;

    public static AssertionResult Assert(this Vector vector, WebAuthnPolicy policy, WebAuthnCredential credential) =>
        vector.Assert(policy, credential, vector.AssertionJson(vector.Assertion.ClientData, vector.Assertion.Data, vector.Assertion.Signature));

    public static AssertionResult Assert(this Vector vector, WebAuthnPolicy policy, WebAuthnCredential credential, JsonElement json) =>
        Engine.FinishAssertion(policy, vector.AssertionCeremony(policy).ToText(), json, [credential], Vector.Now);

    /// <summary>Every copy of some bytes with one bit turned.</summary>
    public static IEnumerable<(int Bit, byte[] Bytes)> Flips(byte[] bytes, Range range)
    {
        var (offset, length) = range.GetOffsetAndLength(bytes.Length);
        for (var bit = 0; bit < length * 8; bit++)
        {
            var copy = bytes.ToArray();
            copy[offset + (bit / 8)] ^= (byte)(1 << (bit % 8));
            yield return (bit, copy);
        }
    }
}
