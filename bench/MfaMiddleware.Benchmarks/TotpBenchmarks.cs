using System.Buffers.Binary;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.Benchmarks;

/// <summary>What the check of a code costs beside the HMACs that RFC 6238 asks for: one a time step of the window.</summary>
public class TotpBenchmarks
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly TotpWindowOptions _window = new();
    private byte[] _secret = [];
    private byte[] _key = [];

    [GlobalSetup]
    public void MakeSecret()
    {
        _secret = TotpSecret.Generate(TotpParameters.Of(new TotpOptions()));
        _key = TotpSecret.Read(_secret).Key.ToArray();
    }

    [Benchmark(Baseline = true), BenchmarkCategory("totp")]
    public int Hmacs()
    {
        Span<byte> text = stackalloc byte[sizeof(long)];
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        var written = 0;
        var present = Now.ToUnixTimeSeconds() / 30;
        for (var step = present - _window.Past; step <= present + _window.Future; step++)
        {
            BinaryPrimitives.WriteInt64BigEndian(text, step);
#pragma warning disable CA5350 // what RFC 4226 asks for
            written += HMACSHA1.HashData(_key, text, hash);
#pragma warning restore CA5350
        }

        return written;
    }

    [Benchmark, BenchmarkCategory("totp")]
    public long Verification() =>
        OneTimeCode.TryParse("123 456", out var code) ? TotpCode.FindStep(TotpSecret.Read(_secret), code, Now, _window) : TotpCode.NoStep;
}
