using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    /// <summary>An owner, and others whose key differs in one part or only in where the parts meet.</summary>
    private static (MfaSubject Owner, MfaSubject[] Strangers) NewNeighbours()
    {
        var owner = NewSubject("realm");
        return (owner, [owner with { Id = owner.Id + "x" }, owner with { Realm = "other" }, new(owner.Realm + owner.Id, "")]);
    }

    [Fact]
    public async Task A_user_sees_no_factor_and_no_code_of_another_user_or_realm()
    {
        var (owner, strangers) = NewNeighbours();
        await EnrolAsync(owner, NewHashes(2));

        foreach (var stranger in strangers) Assert.False((await Store.FindAsync(stranger, None)).IsEnrolled);
    }

    [Fact]
    public async Task Ids_that_differ_in_case_are_two_users()
    {
        var owner = new MfaSubject("", NewId() + "a");
        await EnrolAsync(owner);

        Assert.False((await Store.FindAsync(owner with { Id = owner.Id[..^1] + "A" }, None)).IsEnrolled);
    }

    [Fact]
    public async Task A_factor_and_a_code_are_changed_for_their_owner_only()
    {
        var (owner, strangers) = NewNeighbours();
        var hashes = NewHashes(1);
        var factor = await EnrolAsync(owner, hashes);

        foreach (var stranger in strangers)
        {
            var stolen = factor with { Subject = stranger, Counter = 8, Name = "mine" };
            // With an account of their own, so that not only the missing account refuses them.
            await EnrolAsync(stranger);
            Assert.False(await Store.TryUpdateAsync(stolen, 1, None));
            Assert.False(await Store.TryUseFactorAsync(stolen, 1, ClearTotp, None));
            Assert.False(await Store.TryConsumeCodeAsync(stranger, hashes[0], ClearTotp, Now, None));
            Assert.False(await Store.TryRemoveFactorAsync(stranger, factor.Id, Now, None));
            Assert.True(await Store.TryReplaceCodesAsync(stranger, [], Now, None));
        }

        Assert.Equal(factor, await SingleFactorAsync(owner));
        Assert.Equal(1, (await Store.FindAsync(owner, None)).RecoveryCodesRemaining);
    }

    [Fact]
    public async Task Failures_are_counted_for_each_user_and_realm_alone()
    {
        var (owner, strangers) = NewNeighbours();
        for (var i = 0; i < 5; i++) await ChargeAsync(owner);

        foreach (var stranger in strangers) Assert.IsType<ChargeResult.Charged>(await ChargeAsync(stranger));
        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(owner));
    }
}
