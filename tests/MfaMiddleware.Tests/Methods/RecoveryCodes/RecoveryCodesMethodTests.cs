using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Tests.Factors;
using Microsoft.AspNetCore.DataProtection;
using Xunit;

namespace MfaMiddleware.Tests.Methods.RecoveryCodes;

public sealed class RecoveryCodesMethodTests
{
    private static readonly MfaSubject Alice = new("", "alice");

    private readonly LookupKeyStore _store = new();
    private readonly MfaOptions _options = new();
    private readonly RecoveryCodesMethod _method;
    private readonly RecoveryCodeIssuer _issuer;

    public RecoveryCodesMethodTests()
    {
        var hasher = new LookupHasher(_store.Store, new EphemeralDataProtectionProvider(), LookupHasherTests.KeyRing());
        _method = new RecoveryCodesMethod(hasher);
        _issuer = new RecoveryCodeIssuer(() => _options, hasher);
    }

    [Fact]
    public void Traits_AreThoseOfAnEmergency()
    {
        var traits = _method.Traits;

        Assert.Equal(("recovery_code", "Recovery code", MfaStrength.Otp), (_method.Name, traits.Label, traits.Strength));
        Assert.Empty(traits.Amr);
        Assert.Equal((false, true, true), (traits.NeedsChallenge, traits.Guessable, traits.IsRecovery));
    }

    [Theory]
    [InlineData("012345-6789ab-cdefgh-jkmnpq", true)]
    [InlineData("012345678901234567890123", true)]
    [InlineData("123456", false)]
    [InlineData(null, false)]
    public void TwentyFourCrockfordCharacters_AreRecognized(string? code, bool recognized) =>
        Assert.Equal(recognized, _method.Recognizes(new MfaAnswer { Code = code }));

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(20)]
    public async Task Set_HasAsManyDistinctCodesAsTheSettingsSay(int count)
    {
        _options.Methods.RecoveryCodes.Count = count;

        var issued = await _issuer.IssueAsync(Alice, default);

        Assert.Equal((count, count), (issued.Codes.Distinct().Count(), issued.Hashes.Distinct().Count()));
        Assert.Equal("***", issued.ToString());
    }

    [Fact]
    public async Task IssuedCode_HoweverItIsTyped_GivesTheHashThatIsStored()
    {
        var issued = await _issuer.IssueAsync(Alice, default);

        foreach (var (code, hash) in issued.Codes.Zip(issued.Hashes))
        {
            Assert.Equal(hash, await HashOfAsync(code, Alice));
            Assert.Equal(hash, await HashOfAsync(code.Replace("-", " ", StringComparison.Ordinal), Alice));
            Assert.Equal(hash, await HashOfAsync(code.Replace('0', 'o').Replace('1', 'L').ToUpperInvariant(), Alice));
        }
    }

    [Fact]
    public async Task CodeOfAnotherUser_GivesAnotherHash()
    {
        var issued = await _issuer.IssueAsync(Alice, default);

        Assert.NotEqual(issued.Hashes[0], await HashOfAsync(issued.Codes[0], new MfaSubject("", "bob")));
    }

    [Fact]
    public async Task WrongShape_IsRejectedWithoutAskingTheStore()
    {
        var result = await VerifyAsync("123456", Alice);

        Assert.Equal("wrong_shape", Assert.IsType<MethodResult.Rejected>(result).Reason);
        Assert.Equal(0, _store.Calls);
    }

    [Fact]
    public async Task StoreThatIsDown_Throws()
    {
        _store.IsDown = true;

        await Assert.ThrowsAsync<TimeoutException>(() => VerifyAsync(RecoveryCode.Generate(), Alice));
    }

    private async Task<string> HashOfAsync(string code, MfaSubject subject) =>
        Assert.IsType<MethodResult.AcceptedIfStored>(await VerifyAsync(code, subject)).CodeHash;

    private async Task<MethodResult> VerifyAsync(string? code, MfaSubject subject) =>
        await _method.VerifyAsync(
            new MfaMethodContext { Subject = subject, Factors = [], Now = DateTimeOffset.UnixEpoch }, new MfaAnswer { Code = code }, default);
}
