using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    [Fact]
    public async Task A_first_factor_is_read_as_it_was_added_at_version_1()
    {
        var subject = NewSubject();
        var factor = NewFactor(subject) with { LastUsedAt = Now.AddMinutes(1), Version = 9 };

        Assert.True(await Store.TryAddFirstFactorAsync(factor, NewHashes(10), Now, None));

        var account = await Store.FindAsync(subject, None);
        Assert.Equal(factor with { Version = 1 }, Assert.Single(account.Factors));
        Assert.Equal(10, account.RecoveryCodesRemaining);
        Assert.True(account.IsEnrolled);
    }

    [Fact]
    public async Task A_time_with_an_offset_is_read_as_the_same_moment()
    {
        var factor = NewFactor(NewSubject()) with { CreatedAt = Now.ToOffset(TimeSpan.FromHours(5)), Name = null };
        await Store.TryAddFirstFactorAsync(factor, [], Now, None);

        var read = await SingleFactorAsync(factor.Subject);

        Assert.Equal(Now.UtcTicks, read.CreatedAt.UtcTicks);
        Assert.Null(read.Name);
    }

    [Fact]
    public async Task A_first_factor_is_refused_where_there_is_one_and_leaves_no_code()
    {
        var subject = NewSubject();
        await EnrolAsync(subject);

        Assert.False(await Store.TryAddFirstFactorAsync(NewFactor(subject), NewHashes(3), Now, None));

        var account = await Store.FindAsync(subject, None);
        Assert.Single(account.Factors);
        Assert.Equal(0, account.RecoveryCodesRemaining);
    }

    [Fact]
    public async Task A_first_factor_can_be_added_again_after_the_last_was_removed()
    {
        var subject = NewSubject();
        var factor = await EnrolAsync(subject, NewHashes(3));
        await Store.TryRemoveFactorAsync(subject, factor.Id, Now, None);

        Assert.True(await Store.TryAddFirstFactorAsync(NewFactor(subject), [], Now, None));
    }

    [Fact]
    public async Task Factors_are_read_oldest_first()
    {
        var subject = NewSubject();
        var newest = NewFactor(subject) with { CreatedAt = Now.AddTicks(2) };
        var oldest = NewFactor(subject) with { CreatedAt = Now.AddTicks(-1) };
        var middle = NewFactor(subject);
        foreach (var factor in (MfaFactor[])[newest, oldest, middle]) Assert.True(await Store.TryAddFactorAsync(factor, 10, Now, None));

        Assert.Equal([oldest.Id, middle.Id, newest.Id], (await Store.FindAsync(subject, None)).Factors.Select(f => f.Id));
    }

    [Fact]
    public async Task A_further_factor_is_refused_beyond_the_maximum()
    {
        var subject = NewSubject();
        await EnrolAsync(subject);

        Assert.True(await Store.TryAddFactorAsync(NewFactor(subject), 2, Now, None));
        Assert.False(await Store.TryAddFactorAsync(NewFactor(subject), 2, Now, None));
        Assert.Equal(2, (await Store.FindAsync(subject, None)).Factors.Count);
    }

    [Fact]
    public async Task A_factor_with_an_id_that_exists_is_refused_and_changes_nothing()
    {
        var subject = NewSubject();
        var factor = await EnrolAsync(subject);

        Assert.False(await Store.TryAddFactorAsync(NewFactor(subject) with { Id = factor.Id }, 10, Now, None));
        Assert.False(await Store.TryAddFactorAsync(NewFactor(NewSubject()) with { Id = factor.Id }, 10, Now, None));
        Assert.Equal(factor, await SingleFactorAsync(subject));
    }

    [Fact]
    public async Task An_update_changes_name_and_secret_and_raises_the_version()
    {
        var factor = await EnrolAsync(NewSubject());

        Assert.True(await Store.TryUpdateAsync(factor with { Name = "Tablet", ProtectedSecret = "new", Version = 77 }, 1, None));

        Assert.Equal(factor with { Name = "Tablet", ProtectedSecret = "new", Version = 2 }, await SingleFactorAsync(factor.Subject));
    }

    [Fact]
    public async Task An_update_never_touches_the_single_use_mark()
    {
        var factor = await EnrolAsync(NewSubject());

        await Store.TryUpdateAsync(factor with { Counter = 0, LastUsedAt = Now }, 1, None);

        Assert.Equal(factor with { Version = 2 }, await SingleFactorAsync(factor.Subject));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_change_from_another_version_is_refused_and_changes_nothing(long version)
    {
        var factor = await EnrolAsync(NewSubject());

        Assert.False(await Store.TryUpdateAsync(factor with { Name = "Tablet" }, version, None));
        Assert.False(await Store.TryUseFactorAsync(factor with { Counter = 8 }, version, ClearTotp, None));
        Assert.Equal(factor, await SingleFactorAsync(factor.Subject));
    }

    [Fact]
    public async Task A_use_makes_the_mark_and_changes_nothing_else()
    {
        var factor = await EnrolAsync(NewSubject());
        var used = factor with { Counter = 8, LastUsedAt = Now.AddSeconds(1), ProtectedSecret = "y", AnsweredChallenges = new string('c', 200) };

        Assert.True(await Store.TryUseFactorAsync(used with { Name = "x", Method = "x" }, 1, ClearTotp, None));

        Assert.Equal(used with { Version = 2 }, await SingleFactorAsync(factor.Subject));
    }

    [Fact]
    public async Task A_mark_that_goes_back_is_refused()
    {
        var factor = await EnrolAsync(NewSubject());

        Assert.False(await Store.TryUseFactorAsync(factor with { Counter = 6 }, 1, ClearTotp, None));
        Assert.True(await Store.TryUseFactorAsync(factor, 1, ClearTotp, None));
    }

    [Fact]
    public async Task The_codes_go_with_the_last_factor_and_not_before()
    {
        var subject = NewSubject();
        var hashes = NewHashes(2);
        var first = await EnrolAsync(subject, hashes);
        var second = NewFactor(subject);
        await Store.TryAddFactorAsync(second, 10, Now, None);

        Assert.True(await Store.TryRemoveFactorAsync(subject, first.Id, Now, None));
        Assert.Equal(2, (await Store.FindAsync(subject, None)).RecoveryCodesRemaining);

        Assert.True(await Store.TryRemoveFactorAsync(subject, second.Id, Now, None));
        Assert.False((await Store.FindAsync(subject, None)).IsEnrolled);
        Assert.False(await Store.TryConsumeCodeAsync(subject, hashes[0], ClearTotp, Now, None));
    }

    [Fact]
    public async Task A_removed_factor_can_be_neither_removed_nor_used_again()
    {
        var factor = await EnrolAsync(NewSubject());
        Assert.True(await Store.TryRemoveFactorAsync(factor.Subject, factor.Id, Now, None));

        Assert.False(await Store.TryRemoveFactorAsync(factor.Subject, factor.Id, Now, None));
        Assert.False(await Store.TryUseFactorAsync(factor, 1, ClearTotp, None));
    }
}
