using MfaMiddleware.Methods.Fido.Assertion;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>Every single bit of what a vector's key signed counts.</summary>
public sealed class AssertionBitFlipTests
{
    public static TheoryData<string> Valid => [.. Vector.Valid.Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task AssertionWithOneBitTurned_IsRefused(string name)
    {
        var vector = Vector.Named(name);
        var credential = await vector.RegisteredAsync();
        var (clientData, data, signature) = (vector.Assertion.ClientData, vector.Assertion.Data, vector.Assertion.Signature);

        var answers = VectorRun.Flips(clientData, ..).Select(f => ($"client data {f.Bit}", vector.AssertionJson(f.Bytes, data, signature)))
            .Concat(VectorRun.Flips(data, ..).Select(f => ($"authenticator data {f.Bit}", vector.AssertionJson(clientData, f.Bytes, signature))))
            .Concat(VectorRun.Flips(signature, ..).Select(f => ($"signature {f.Bit}", vector.AssertionJson(clientData, data, f.Bytes))));

        var accepted = answers.Where(a => vector.Assert(Vector.Open, credential, a.Item2) is AssertionResult.Verified).Select(a => a.Item1);
        Assert.Empty(accepted);
    }
}
