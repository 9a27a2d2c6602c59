using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    private static readonly FailureClearance ClearCodes = new(FailureCounters.RecoveryCodeMethod, EveryMethod: false, FailureLane.Unknown);

    [Fact]
    public async Task A_code_is_taken_once_and_the_others_stay()
    {
        var subject = NewSubject();
        var hashes = NewHashes(3);
        await EnrolAsync(subject, hashes);

        Assert.True(await Store.TryConsumeCodeAsync(subject, hashes[1], ClearCodes, Now, None));
        Assert.False(await Store.TryConsumeCodeAsync(subject, hashes[1], ClearCodes, Now, None));
        Assert.Equal(2, (await Store.FindAsync(subject, None)).RecoveryCodesRemaining);
        Assert.True(await Store.TryConsumeCodeAsync(subject, hashes[2], ClearCodes, Now, None));
    }

    [Fact]
    public async Task A_new_set_of_codes_voids_the_old_one()
    {
        var subject = NewSubject();
        var (old, fresh) = (NewHashes(3), NewHashes(2));
        await EnrolAsync(subject, old);

        Assert.True(await Store.TryReplaceCodesAsync(subject, fresh, Now, None));

        Assert.Equal(2, (await Store.FindAsync(subject, None)).RecoveryCodesRemaining);
        Assert.False(await Store.TryConsumeCodeAsync(subject, old[0], ClearCodes, Now, None));
        Assert.True(await Store.TryConsumeCodeAsync(subject, fresh[0], ClearCodes, Now, None));
    }

    [Fact]
    public async Task A_hash_that_another_user_has_is_refused_and_changes_nothing()
    {
        var (owner, other) = (NewSubject(), NewSubject());
        var hashes = NewHashes(1);
        await EnrolAsync(owner, hashes);
        await EnrolAsync(other, NewHashes(2));

        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.TryReplaceCodesAsync(other, [NewId(), hashes[0]], Now, None));
        var newcomer = NewSubject();
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.TryAddFirstFactorAsync(NewFactor(newcomer), hashes, Now, None));

        Assert.Equal(2, (await Store.FindAsync(other, None)).RecoveryCodesRemaining);
        Assert.False((await Store.FindAsync(newcomer, None)).IsEnrolled);
        Assert.True(await Store.TryConsumeCodeAsync(owner, hashes[0], ClearCodes, Now, None));
    }

    [Fact]
    public async Task Using_a_code_clears_the_ladder_and_the_failures_of_codes()
    {
        var subject = NewSubject();
        var hashes = NewHashes(1);
        await EnrolAsync(subject, hashes);
        for (var i = 0; i < 5; i++) await ChargeAsync(subject, FailureCounters.RecoveryCodeMethod);

        Assert.True(await Store.TryConsumeCodeAsync(subject, hashes[0], ClearCodes, Now, None));

        Assert.Equal(0, await FailuresOfAsync(subject, FailureCounters.RecoveryCodeMethod));
    }

    [Fact]
    public async Task A_code_that_is_refused_clears_nothing()
    {
        var subject = NewSubject();
        await EnrolAsync(subject, NewHashes(1));
        for (var i = 0; i < 5; i++) await ChargeAsync(subject);

        Assert.False(await Store.TryConsumeCodeAsync(subject, NewId(), ClearTotp, Now, None));

        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject));
    }

    [Fact]
    public async Task A_new_set_of_codes_clears_the_failures_of_codes_and_keeps_the_ladder()
    {
        var subject = NewSubject();
        await EnrolAsync(subject);
        for (var i = 0; i < 4; i++) await ChargeAsync(subject, FailureCounters.RecoveryCodeMethod);

        Assert.True(await Store.TryReplaceCodesAsync(subject, NewHashes(1), Now, None));

        Assert.Equal(0, await FailuresOfAsync(subject, FailureCounters.RecoveryCodeMethod));
        Assert.NotNull(Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject)).Charge.WaitUntil);
    }
}
