using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    [Fact]
    public async Task FactorsChangedAt_OfAUserWithoutFactors_IsNull()
    {
        var subject = NewSubject();
        Assert.Null((await Store.FindAsync(subject, None)).FactorsChangedAt);

        // Somebody guessed: the account is known, and its factors never changed.
        await ChargeAsync(subject);
        Assert.Null((await Store.FindAsync(subject, None)).FactorsChangedAt);
    }

    [Fact]
    public async Task FactorsChangedAt_FollowsEachChangeOfFactorsAndCodesAndNothingElse()
    {
        var subject = NewSubject();
        var (first, second, hashes) = (NewFactor(subject), NewFactor(subject), NewHashes(2));
        await ChangesAsync(1, at => Store.TryAddFirstFactorAsync(first, hashes, at, None));
        await ChangesAsync(2, at => Store.TryAddFactorAsync(second, 10, at, None));
        await ChangesAsync(3, at => Store.TryConsumeCodeAsync(subject, hashes[0], ClearCodes, at, None));
        await ChangesAsync(4, at => Store.TryReplaceCodesAsync(subject, NewHashes(2), at, None));
        await ChangesAsync(5, at => Store.TryRemoveFactorAsync(subject, second.Id, at, None));

        // A sign-in and a new name are no change, nor is what was refused.
        Assert.True(await Store.TryUseFactorAsync(first with { Counter = 9 }, 1, ClearTotp, None));
        Assert.True(await Store.TryUpdateAsync(first with { Name = "Other" }, 2, None));
        Assert.False(await Store.TryRemoveFactorAsync(subject, second.Id, Now.AddMinutes(6), None));
        Assert.False(await Store.TryConsumeCodeAsync(subject, hashes[0], ClearCodes, Now.AddMinutes(6), None));
        Assert.False(await Store.TryAddFactorAsync(NewFactor(subject), 1, Now.AddMinutes(6), None));
        Assert.Equal(Now.AddMinutes(5), (await Store.FindAsync(subject, None)).FactorsChangedAt);

        async Task ChangesAsync(int minute, Func<DateTimeOffset, ValueTask<bool>> change)
        {
            Assert.True(await change(Now.AddMinutes(minute)));
            Assert.Equal(Now.AddMinutes(minute), (await Store.FindAsync(subject, None)).FactorsChangedAt);
        }
    }

    [Fact]
    public async Task FactorsChangedAt_NeverGoesBack()
    {
        var subject = NewSubject();
        Assert.True(await Store.TryAddFirstFactorAsync(NewFactor(subject), [], Now.AddHours(1), None));

        // Another node's clock is behind.
        Assert.True(await Store.TryAddFactorAsync(NewFactor(subject), 10, Now, None));

        Assert.Equal(Now.AddHours(1), (await Store.FindAsync(subject, None)).FactorsChangedAt);
    }
}
