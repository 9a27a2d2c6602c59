using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.Totp;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Totp;

public sealed class TotpCodeTests
{
    private static readonly TotpWindowOptions Window = new() { Past = 1, Future = 1 };

    [Theory]
    [InlineData(TotpAlgorithm.Sha1)]
    [InlineData(TotpAlgorithm.Sha256)]
    [InlineData(TotpAlgorithm.Sha512)]
    public void Verification_AllocatesNothing(TotpAlgorithm algorithm)
    {
        var secret = TotpSecret.Generate(new TotpParameters(algorithm, 6, 30));
        VerifyTimes(100, secret);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var found = VerifyTimes(1_000, secret);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(found, 0, 10);
    }

    [Fact]
    public void CodeOfTwoSteps_CountsForTheLater()
    {
        byte[] bytes = [1, 0, 6, 0, 30, .. "12345678901234567890"u8];
        var secret = TotpSecret.Read(bytes);
        // The first one of this secret whose code the next step has too.
        const long step = 910_737;
        Assert.Equal(CodeOf(secret, step), CodeOf(secret, step + 1));
        var code = new OneTimeCode(6, CodeOf(secret, step));
        var now = DateTimeOffset.FromUnixTimeSeconds(step * 30);

        Assert.Equal(step + 1, TotpCode.FindStep(secret, code, now, Window));
        Assert.Equal(step, TotpCode.FindStep(secret, code, now, new TotpWindowOptions { Past = 1, Future = 0 }));
    }

    [Fact]
    public void FirstStepOfAll_LooksAtNoneBefore()
    {
        byte[] bytes = [1, 0, 6, 0, 30, .. "12345678901234567890"u8];
        var secret = TotpSecret.Read(bytes);

        Assert.Equal(0, TotpCode.FindStep(secret, new OneTimeCode(6, 755224), DateTimeOffset.UnixEpoch, Window));
        Assert.Equal(
            TotpCode.NoStep,
            TotpCode.FindStep(secret, new OneTimeCode(6, CodeOf(secret, -2)), DateTimeOffset.UnixEpoch, new TotpWindowOptions { Past = 2 }));
    }

    private static int CodeOf(TotpSecret secret, long step) => HotpAlgorithm.Compute(secret.Key, step, 6, TotpAlgorithm.Sha1);

    private static int VerifyTimes(int times, byte[] secret)
    {
        var found = 0;
        for (var i = 0; i < times; i++)
        {
            if (!OneTimeCode.TryParse("123 456", out var code)) return -1;
            var step = TotpCode.FindStep(TotpSecret.Read(secret), code, TotpFixture.StepBegin.AddSeconds(i), Window);
            found += step == TotpCode.NoStep ? 0 : 1;
        }

        return found;
    }
}
