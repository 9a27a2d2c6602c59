using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Totp;
using Xunit;
using static MfaMiddleware.Tests.Methods.Totp.TotpFixture;

namespace MfaMiddleware.Tests.Methods.Totp;

public sealed class TotpEnrollmentTests
{
    private readonly TotpFixture _totp = new();

    [Fact]
    public async Task Begin_MakesADraftOfTheUser_AndPrintsNoSecret()
    {
        var start = await _totp.BeginAsync();

        Assert.Equal((Alice, "totp", "My phone", 0), (start.Draft.Subject, start.Draft.Method, start.Draft.Name, start.Draft.Counter));
        Assert.Matches("^[A-Za-z0-9_-]{22}$", start.Draft.Id);
        Assert.DoesNotContain(start.Secret!, start.Draft.ProtectedSecret, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("***", start.ToString());
    }

    [Theory]
    [InlineData(TotpAlgorithm.Sha1, 160)]
    [InlineData(TotpAlgorithm.Sha256, 256)]
    [InlineData(TotpAlgorithm.Sha512, 512)]
    public async Task Seed_HasAsManyBitsAsTheHmac(TotpAlgorithm algorithm, int bits)
    {
        _totp.Options.Methods.Totp.Algorithm = algorithm;

        Assert.Equal(bits, Base32.Decode((await _totp.BeginAsync()).Secret).Length * 8);
    }

    [Fact]
    public async Task TenThousandSeeds_AreDistinctAndUniform()
    {
        var starts = new List<EnrollmentStart.Begun>();
        for (var i = 0; i < 10_000; i++) starts.Add(await _totp.BeginAsync());

        Assert.Equal(starts.Count, starts.Select(s => s.Secret).Distinct().Count());
        Assert.Equal(starts.Count, starts.Select(s => s.Draft.Id).Distinct().Count());
        Uniformity.AssertUniform("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", [.. starts.Select(s => s.Secret!)]);
    }

    [Fact]
    public async Task FirstCode_CompletesWithItsStepMarkedAsUsed()
    {
        var draft = await _totp.EnrollAsync();
        var (code, now) = (_totp.CodeAt(draft, StepBegin), StepBegin.AddSeconds(40));

        var factor = AssertAccepted(await CompleteAsync(draft, code, now));

        Assert.Equal(draft with { Counter = StepBegin.ToUnixTimeSeconds() / 30, CreatedAt = now }, factor);
        Assert.IsType<MethodResult.Replayed>(await _totp.VerifyAsync(code, now, factor));
    }

    [Fact]
    public async Task WrongFirstCode_CompletesNothing()
    {
        var (draft, other) = (await _totp.EnrollAsync(), await _totp.EnrollAsync());

        AssertRejected("wrong_code", await CompleteAsync(draft, _totp.CodeAt(other, StepBegin), StepBegin));
        AssertRejected("wrong_shape", await CompleteAsync(draft, "hello", StepBegin));
    }

    private async Task<MethodResult> CompleteAsync(MfaFactor draft, string code, DateTimeOffset now) =>
        await _totp.Method.CompleteAsync(
            new EnrollmentContext { Subject = Alice, AccountName = "alice", Now = now }, draft, new MfaAnswer { Code = code }, default);
}
