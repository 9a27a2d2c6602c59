using System.Globalization;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.Totp;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Totp;

/// <summary>A TOTP method with its settings and key ring, and an authenticator app for the factors that it enrols.</summary>
internal sealed class TotpFixture
{
    /// <summary>The first moment of a time step, whatever the period is (15 s to 2 min, the ones that divide an hour).</summary>
    public static readonly DateTimeOffset StepBegin = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, (byte[] Key, TotpParameters Parameters)> _app = [];

    public TotpFixture(IDataProtectionProvider? provider = null)
    {
        Protector = new MfaSecretProtector(provider ?? new EphemeralDataProtectionProvider());
        Method = new TotpMethod(() => Options, Protector, "Shop.Web");
    }

    public static MfaSubject Alice { get; } = new("", "alice");

    public MfaOptions Options { get; set; } = new();

    public MfaSecretProtector Protector { get; }

    public TotpMethod Method { get; }

    public async Task<MfaFactor> EnrollAsync()
    {
        var start = await BeginAsync();
        _app[start.Draft.Id] = (Base32.Decode(start.Secret), TotpParameters.Of(Options.Methods.Totp));
        return start.Draft;
    }

    public async Task<EnrollmentStart.Begun> BeginAsync(string accountName = "alice@example.com") =>
        (EnrollmentStart.Begun)await Method.BeginAsync(new EnrollmentContext { Subject = Alice, AccountName = accountName, Name = "My phone", Now = StepBegin }, default);

    /// <summary>The code that the app shows at a time.</summary>
    public string CodeAt(MfaFactor factor, DateTimeOffset time)
    {
        var (key, parameters) = _app[factor.Id];
        var code = HotpAlgorithm.Compute(key, parameters.StepAt(time), parameters.Digits, parameters.Algorithm);
        return code.ToString($"D{parameters.Digits}", CultureInfo.InvariantCulture);
    }

    public async Task<MethodResult> VerifyAsync(string? code, DateTimeOffset now, params MfaFactor[] factors) =>
        await Method.VerifyAsync(
            new MfaMethodContext { Subject = Alice, Factors = factors, Now = now }, new MfaAnswer { Code = code }, default);

    public static MfaFactor AssertAccepted(MethodResult result) => Assert.IsType<MethodResult.Accepted>(result).Factor;

    public static void AssertRejected(string reason, MethodResult result) =>
        Assert.Equal(reason, Assert.IsType<MethodResult.Rejected>(result).Reason);
}
