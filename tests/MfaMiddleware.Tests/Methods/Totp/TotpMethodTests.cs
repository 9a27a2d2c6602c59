using System.Security.Cryptography;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Totp;
using Xunit;
using static MfaMiddleware.Tests.Methods.Totp.TotpFixture;

namespace MfaMiddleware.Tests.Methods.Totp;

public sealed class TotpMethodTests
{
    private readonly TotpFixture _totp = new();

    [Fact]
    public void Traits_AreThoseOfAnOtp()
    {
        var traits = _totp.Method.Traits;

        Assert.Equal(("totp", "Phone app", MfaStrength.Otp), (_totp.Method.Name, traits.Label, traits.Strength));
        Assert.Equal(["otp"], traits.Amr);
        Assert.Equal((false, true, false), (traits.NeedsChallenge, traits.Guessable, traits.IsRecovery));
    }

    [Theory]
    [InlineData("123456", true)]
    [InlineData("123 4567", true)]
    [InlineData("12345678", true)]
    [InlineData("12345", false)]
    [InlineData("7K2M9P-000000-000000-000000", false)]
    [InlineData(null, false)]
    public void SixToEightDigits_AreRecognized(string? code, bool recognized) =>
        Assert.Equal(recognized, _totp.Method.Recognizes(new MfaAnswer { Code = code }));

    [Fact]
    public async Task UsedCode_IsReplayedUntilItsWindowEnds()
    {
        var phone = await _totp.EnrollAsync();
        var code = _totp.CodeAt(phone, StepBegin);
        var used = AssertAccepted(await _totp.VerifyAsync(code, StepBegin, phone));

        Assert.IsType<MethodResult.Replayed>(await _totp.VerifyAsync(code, StepBegin, used));
        Assert.IsType<MethodResult.Replayed>(await _totp.VerifyAsync(code, StepBegin.AddSeconds(59.999), used));
        AssertRejected("wrong_code", await _totp.VerifyAsync(code, StepBegin.AddSeconds(60), used));
    }

    [Fact]
    public async Task UnusedCodeOfAnEarlierStep_IsReplayedOnceALaterOneWasUsed()
    {
        var phone = await _totp.EnrollAsync();
        var used = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(phone, StepBegin), StepBegin, phone));

        Assert.IsType<MethodResult.Replayed>(await _totp.VerifyAsync(_totp.CodeAt(phone, StepBegin.AddSeconds(-30)), StepBegin, used));
    }

    [Fact]
    public async Task ClockSetBack_AcceptsNothingUntilItHasCaughtUp()
    {
        var phone = await _totp.EnrollAsync();
        var used = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(phone, StepBegin), StepBegin, phone));
        var yesterday = StepBegin.AddDays(-1);

        Assert.IsType<MethodResult.Replayed>(await _totp.VerifyAsync(_totp.CodeAt(phone, yesterday), yesterday, used));
    }

    [Fact]
    public async Task CodeOfTheNextStep_IsAcceptedAndMovesTheMark()
    {
        var phone = await _totp.EnrollAsync();
        var next = StepBegin.AddSeconds(30);
        var used = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(phone, StepBegin), StepBegin, phone));

        var usedAgain = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(phone, next), next, used));

        Assert.Equal(used with { Counter = used.Counter + 1 }, usedAgain);
    }

    [Fact]
    public async Task EachOfSeveralFactors_IsAccepted_AsItself()
    {
        var (phone, tablet) = (await _totp.EnrollAsync(), await _totp.EnrollAsync());

        var byPhone = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(phone, StepBegin), StepBegin, phone, tablet));
        var byTablet = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(tablet, StepBegin), StepBegin, phone, tablet));

        Assert.Equal((phone.Id, tablet.Id), (byPhone.Id, byTablet.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CodeThatOneFactorUsedAndAnotherAccepts_IsAccepted(bool usedFirst)
    {
        // Two factors with one secret stand for two codes that happen to be equal.
        var fresh = await _totp.EnrollAsync();
        var used = fresh with { Counter = StepBegin.ToUnixTimeSeconds() / 30 };
        var factors = usedFirst ? (MfaFactor[])[used, fresh] : [fresh, used];

        AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(fresh, StepBegin), StepBegin, factors));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CodeThatOneFactorUsedAndAnotherRejects_IsReplayed(bool usedFirst)
    {
        var (other, phone) = (await _totp.EnrollAsync(), await _totp.EnrollAsync());
        var used = phone with { Counter = StepBegin.ToUnixTimeSeconds() / 30 };
        var factors = usedFirst ? (MfaFactor[])[used, other] : [other, used];

        Assert.IsType<MethodResult.Replayed>(await _totp.VerifyAsync(_totp.CodeAt(phone, StepBegin), StepBegin, factors));
    }

    [Fact]
    public async Task WrongAnswers_AreRejectedWithTheReason()
    {
        var phone = await _totp.EnrollAsync();
        var right = _totp.CodeAt(phone, StepBegin);

        AssertRejected("wrong_code", await _totp.VerifyAsync(right[..5] + (char)('0' + ((right[5] - '0' + 1) % 10)), StepBegin, phone));
        AssertRejected("wrong_code", await _totp.VerifyAsync("0" + right, StepBegin, phone));
        AssertRejected("wrong_code", await _totp.VerifyAsync(right, StepBegin));
        AssertRejected("wrong_shape", await _totp.VerifyAsync(right + "a", StepBegin, phone));
        AssertRejected("wrong_shape", await _totp.VerifyAsync(null, StepBegin, phone));
    }

    [Fact]
    public async Task FactorEnrolledUnderOtherSettings_StillVerifies()
    {
        _totp.Options.Methods.Totp = new TotpOptions { Digits = 8, Period = TimeSpan.FromSeconds(60), Algorithm = TotpAlgorithm.Sha512 };
        var old = await _totp.EnrollAsync();
        _totp.Options = new MfaOptions();
        var present = await _totp.EnrollAsync();

        var byOld = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(old, StepBegin), StepBegin.AddSeconds(119), old, present));
        var byPresent = AssertAccepted(await _totp.VerifyAsync(_totp.CodeAt(present, StepBegin), StepBegin.AddSeconds(59), old, present));

        Assert.Equal((old.Id, StepBegin.ToUnixTimeSeconds() / 60), (byOld.Id, byOld.Counter));
        Assert.Equal((present.Id, StepBegin.ToUnixTimeSeconds() / 30), (byPresent.Id, byPresent.Counter));
    }

    [Fact]
    public async Task SecretOfAnotherFactorOrUser_Throws()
    {
        var (phone, tablet) = (await _totp.EnrollAsync(), await _totp.EnrollAsync());
        var code = _totp.CodeAt(phone, StepBegin);

        foreach (var copied in (MfaFactor[])[tablet with { ProtectedSecret = phone.ProtectedSecret }, phone with { Subject = new("", "bob") }])
            await Assert.ThrowsAnyAsync<CryptographicException>(() => _totp.VerifyAsync(code, StepBegin, copied));
    }

    [Fact]
    public async Task OneFactorThatDoesNotOpen_Throws_EvenWhereAnotherWouldAccept()
    {
        var (phone, lost) = (await _totp.EnrollAsync(), await new TotpFixture().EnrollAsync());

        await Assert.ThrowsAnyAsync<CryptographicException>(() => _totp.VerifyAsync(_totp.CodeAt(phone, StepBegin), StepBegin, phone, lost));
    }
}
