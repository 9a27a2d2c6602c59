using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Methods.Totp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Benchmarks;

/// <summary>
/// What a check of a method costs, from the stored factor to the result: the method's own work and its HMACs, without stores, gateways and Data
/// Protection. What the latter takes for one secret stands beside it.
/// </summary>
public class MethodBenchmarks
{
    private static readonly MfaSubject User = new("", "alice");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly MfaAnswer Wrong = new() { Code = "123456" };

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(HotpSecret.KeyLength);
    private MfaSecretProtector _sealed = null!;
    private MfaFactor _secret = null!;
    private MfaAnswer _next = Wrong;
    private IMfaMethod _totp = null!;
    private IMfaMethod _hotp = null!;
    private IMfaMethod _sms = null!;
    private MfaMethodContext _app = null!;
    private MfaMethodContext _token = null!;
    private MfaMethodContext _phone = null!;

    [GlobalSetup]
    public async Task BuildAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Mfa:Methods:Hotp:Enabled"] = "true",
            ["Mfa:Methods:Sms:Enabled"] = "true",
            ["Mfa:Methods:Sms:AllowedCountryCodes:0"] = "49",
            ["Mfa:Methods:Sms:Sender"] = "Development",
        });
        builder.Services.AddMfa().AddInMemoryFactorStore();
        builder.Services.AddSingleton<IDataProtectionProvider>(new InClear());
        var services = builder.Build().Services;

        var protector = services.GetRequiredService<MfaSecretProtector>();
        _next = new MfaAnswer { Code = HotpAlgorithm.Compute(_key, 1, 6, TotpAlgorithm.Sha1).ToString("D6", CultureInfo.InvariantCulture) };
        IMfaMethod Find(string name) => services.GetServices<IMfaMethod>().Single(m => m.Name == name);
        (_totp, _hotp, _sms) = (Find("totp"), Find("hotp"), Find("sms"));
        var begun = (EnrollmentStart.Begun)await ((IMfaEnrollment)_totp).BeginAsync(new EnrollmentContext { Subject = User, AccountName = "alice", Now = Now }, CancellationToken.None);
        _app = Context(begun.Draft);
        _sealed = new MfaSecretProtector(new EphemeralDataProtectionProvider());
        _secret = Factor("hotp", _sealed.Protect(User, "hotp", HotpSecret.Write(6, _key)));
        _token = Context(Factor("hotp", protector.Protect(User, "hotp", HotpSecret.Write(6, _key))));
        var phone = Context(Factor("sms", SmsSecret.Protect(protector, User, "sms", PhoneNumber.TryParse("+4915123456742")!.Value)));
        var started = (ChallengeResult.Started)await _sms.ChallengeAsync(phone, CancellationToken.None);
        _phone = phone with { ChallengeState = started.State };
    }

    [Benchmark(Baseline = true), BenchmarkCategory("secret")]
    public int SecretOpened() => _sealed.Unprotect(_secret).Length;

    [Benchmark, BenchmarkCategory("totp")]
    public MethodResult TotpChecked() => Check(_totp, _app, Wrong);

    /// <summary>The twelve of a wrong code: the window's eleven, and the one before it.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory("hotp")]
    public int HotpHmacs()
    {
        Span<byte> text = stackalloc byte[sizeof(long)];
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        var written = 0;
        for (var counter = 0; counter < 12; counter++)
        {
            BinaryPrimitives.WriteInt64BigEndian(text, counter);
#pragma warning disable CA5350 // what RFC 4226 asks for
            written += HMACSHA1.HashData(_key, text, hash);
#pragma warning restore CA5350
        }

        return written;
    }

    [Benchmark, BenchmarkCategory("hotp")]
    public MethodResult HotpWrong() => Check(_hotp, _token, Wrong);

    [Benchmark, BenchmarkCategory("hotp")]
    public MethodResult HotpInStep() => Check(_hotp, _token, _next);

    [Benchmark, BenchmarkCategory("sms")]
    public MethodResult SmsChecked() => Check(_sms, _phone, Wrong);

    /// <summary>Up to the gateway: the number opened, the budgets looked at, a code made and hashed.</summary>
    [Benchmark, BenchmarkCategory("sms")]
    public ChallengeResult SmsMade() => _sms.ChallengeAsync(_phone with { ChallengeState = null }, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static MethodResult Check(IMfaMethod method, MfaMethodContext context, MfaAnswer answer) =>
        method.VerifyAsync(context, answer, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private static MfaMethodContext Context(MfaFactor factor) => new() { Subject = User, Factors = [factor], Now = Now, Network = "203.0.113.0/24", SessionEndsAt = Now.AddMinutes(5) };

    private static MfaFactor Factor(string id, string secret) =>
        new() { Id = id, Subject = User, Method = id, ProtectedSecret = secret, Counter = 1, CreatedAt = Now };

    /// <summary>Data Protection that protects nothing, so that it isn't measured.</summary>
    private sealed class InClear : IDataProtectionProvider, IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => [.. plaintext];

        public byte[] Unprotect(byte[] protectedData) => [.. protectedData];
    }
}
