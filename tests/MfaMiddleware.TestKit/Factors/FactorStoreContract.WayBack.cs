using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    [Fact]
    public async Task Reset_TakesEverythingAwayAndSaysSo()
    {
        var (subject, other) = (NewSubject(), NewSubject());
        var (factor, hashes) = (NewFactor(subject), NewHashes(3));
        Assert.True(await Store.TryAddFirstFactorAsync(factor, hashes, Now, None));
        Assert.True(await Store.TryAddFactorAsync(NewFactor(subject), 10, Now, None));
        Assert.True(await Store.TryAddFirstFactorAsync(NewFactor(other), NewHashes(1), Now, None));
        await Store.SetAccessCodeAsync(subject, NewId(), Now.AddHours(1), None);
        await ChargeTimesAsync(subject, 7);

        await Store.ResetAsync(subject, Now.AddHours(2), None);

        var account = await Store.FindAsync(subject, None);
        Assert.Equal((0, 0, true), (account.Factors.Count, account.RecoveryCodesRemaining, account.WasReset));
        Assert.Null(account.AccessCodeExpiresAt);
        Assert.Equal(Now.AddHours(2), account.FactorsChangedAt);
        Assert.False(await Store.TryConsumeCodeAsync(subject, hashes[0], ClearCodes, Now, None));
        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject));
        var untouched = await Store.FindAsync(other, None);
        Assert.Equal((1, 1, false), (untouched.Factors.Count, untouched.RecoveryCodesRemaining, untouched.WasReset));
    }

    [Fact]
    public async Task Reset_EndsWithTheNextFirstFactor()
    {
        var subject = NewSubject();
        await Store.ResetAsync(subject, Now, None);
        Assert.True((await Store.FindAsync(subject, None)).WasReset);

        Assert.True(await Store.TryAddFirstFactorAsync(NewFactor(subject), NewHashes(1), Now, None));

        Assert.False((await Store.FindAsync(subject, None)).WasReset);
    }

    [Fact]
    public async Task AccessCode_IsTakenOnceBeforeItExpires()
    {
        var (subject, hash) = (NewSubject(), NewId());
        await Store.SetAccessCodeAsync(subject, hash, Now.AddHours(1), None);
        Assert.Equal(Now.AddHours(1), (await Store.FindAsync(subject, None)).AccessCodeExpiresAt);

        Assert.False(await Store.TryConsumeCodeAsync(NewSubject(), hash, ClearCodes, Now, None));
        Assert.False(await Store.TryConsumeCodeAsync(subject, hash, ClearCodes, Now.AddHours(1), None));
        Assert.True(await Store.TryConsumeCodeAsync(subject, hash, ClearCodes, Now.AddHours(1).AddTicks(-1), None));

        Assert.False(await Store.TryConsumeCodeAsync(subject, hash, ClearCodes, Now, None));
        Assert.Null((await Store.FindAsync(subject, None)).AccessCodeExpiresAt);
    }

    [Fact]
    public async Task AccessCode_TakesThePlaceOfAnEarlierOne()
    {
        var (subject, first, second) = (NewSubject(), NewId(), NewId());
        await Store.SetAccessCodeAsync(subject, first, Now.AddHours(1), None);
        await Store.SetAccessCodeAsync(subject, second, Now.AddHours(2), None);

        Assert.False(await Store.TryConsumeCodeAsync(subject, first, ClearCodes, Now, None));
        Assert.True(await Store.TryConsumeCodeAsync(subject, second, ClearCodes, Now, None));
    }

    [Fact]
    public async Task AccessCode_IsNoRecoveryCode()
    {
        var (subject, access, hashes) = (NewSubject(), NewId(), NewHashes(2));
        await Store.SetAccessCodeAsync(subject, access, Now.AddHours(1), None);

        // It stands in no first factor's way, a new set doesn't replace it, and it doesn't make a user enrolled.
        Assert.False((await Store.FindAsync(subject, None)).IsEnrolled);
        Assert.True(await Store.TryAddFirstFactorAsync(NewFactor(subject), hashes, Now, None));
        Assert.True(await Store.TryReplaceCodesAsync(subject, NewHashes(2), Now, None));
        Assert.Equal(2, (await Store.FindAsync(subject, None)).RecoveryCodesRemaining);
        Assert.True(await Store.TryConsumeCodeAsync(subject, access, ClearCodes, Now, None));
    }

    [Fact]
    public async Task AccessCode_InParallel_IsTakenOnce()
    {
        var (subject, hash) = (NewSubject(), NewId());
        await Store.SetAccessCodeAsync(subject, hash, Now.AddHours(1), None);

        AssertOneWinner(await RaceAsync(_ => Store.TryConsumeCodeAsync(subject, hash, ClearCodes, Now, None)));
    }
}
