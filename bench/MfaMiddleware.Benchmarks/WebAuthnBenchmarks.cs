using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;

namespace MfaMiddleware.Benchmarks;

/// <summary>
/// What an assertion costs, from the answer's JSON text to the new counter, beside the one thing that can't be left out: the check of an
/// ES256 signature with a key that is ready.
/// </summary>
public class WebAuthnBenchmarks : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly WebAuthnPolicy _policy = new() { RelyingPartyId = "example.com", RelyingPartyName = "Example", Origins = ["https://example.com"] };
    private readonly SignatureKeyCache _keys = new();
    private readonly ECDsa _private = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private WebAuthnEngine _engine = null!;
    private ECDsa _public = null!;
    private ECParameters _point;
    private WebAuthnCredential[] _credentials = [];
    private string _state = "";
    private byte[] _answer = [];
    private byte[] _signed = [];
    private byte[] _signature = [];

    [GlobalSetup]
    public void MakeAnAssertion()
    {
        _engine = new WebAuthnEngine(_keys);
        _point = _private.ExportParameters(false);
        _public = ECDsa.Create(_point);
        _credentials = [new WebAuthnCredential { Id = RandomNumberGenerator.GetBytes(64), PublicKey = Encode(_point.Q), Algorithm = CoseAlgorithm.Es256.Id, SignCount = 1 }];
        var start = _engine.BeginAssertion(_policy, _credentials, Now);
        _state = start.State;
        var clientData = Encoding.UTF8.GetBytes($$"""{"type":"webauthn.get","challenge":"{{start.PublicKey.GetProperty("challenge")}}","origin":"https://example.com","crossOrigin":false}""");
        byte[] data = [.. SHA256.HashData("example.com"u8), 0x01, 0, 0, 0, 2];
        _signed = [.. data, .. SHA256.HashData(clientData)];
        _signature = _private.SignData(_signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        _answer = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = Base64Url.EncodeToString(_credentials[0].Id.Span),
            rawId = Base64Url.EncodeToString(_credentials[0].Id.Span),
            type = "public-key",
            response = new
            {
                clientDataJSON = Base64Url.EncodeToString(clientData),
                authenticatorData = Base64Url.EncodeToString(data),
                signature = Base64Url.EncodeToString(_signature),
            },
            clientExtensionResults = new { },
        });
        if (!EngineWithCachedKey() || !BareWithCachedKey() || !BareWithImport()) throw new InvalidOperationException("The assertion isn't right.");
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _keys.Dispose();
        _private.Dispose();
        _public?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("webauthn")]
    public bool BareWithCachedKey() => _public.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    [Benchmark, BenchmarkCategory("webauthn")]
    public bool BareWithImport()
    {
        using var key = ECDsa.Create(_point);
        return key.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    [Benchmark, BenchmarkCategory("webauthn")]
    public bool EngineWithCachedKey() => Finish(_engine);

    [Benchmark, BenchmarkCategory("webauthn")]
    public bool EngineWithImport()
    {
        using var keys = new SignatureKeyCache();
        return Finish(new WebAuthnEngine(keys));
    }

    private bool Finish(WebAuthnEngine engine)
    {
        using var json = JsonDocument.Parse(_answer);
        return engine.FinishAssertion(_policy, _state, json.RootElement, _credentials, Now) is AssertionResult.Verified;
    }

    private static byte[] Encode(ECPoint point)
    {
        var writer = new CborWriter(CborConformanceMode.Ctap2Canonical);
        writer.WriteStartMap(5);
        foreach (var (label, value) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            writer.WriteInt32(label);
            writer.WriteInt32(value);
        }

        writer.WriteInt32(-2);
        writer.WriteByteString(point.X!);
        writer.WriteInt32(-3);
        writer.WriteByteString(point.Y!);
        writer.WriteEndMap();
        return writer.Encode();
    }
}
