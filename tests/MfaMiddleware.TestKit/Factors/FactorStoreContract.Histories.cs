using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    private static readonly DateTimeOffset Later = Now.AddDays(90);

    /// <summary>Writes a history where there is none, and says at which version it is.</summary>
    private async Task<long> RememberAsync(MfaSubject subject, byte data = 1, DateTimeOffset? expiresAt = null)
    {
        Assert.True(await Store.TryWriteHistoryAsync(subject, [data], 0, expiresAt ?? Later, None));
        return (await Store.FindHistoryAsync(subject, None)).Version;
    }

    private async Task<Dictionary<MfaSubject, MfaStoredHistory>> HistoriesOfAsync(params IReadOnlyCollection<MfaSubject> subjects)
    {
        var found = new Dictionary<MfaSubject, MfaStoredHistory>();
        // Add throws where a history comes twice. Other tests may have histories in the same database.
        await foreach (var (subject, history) in Store.ReadHistoriesAsync(None))
            if (subjects.Contains(subject)) found.Add(subject, history);

        return found;
    }

    [Fact]
    public async Task A_history_is_read_as_it_was_written_with_the_time_of_the_last_change_of_factors()
    {
        var subject = NewSubject();
        Assert.Equal(MfaStoredHistory.None, await Store.FindHistoryAsync(subject, None));
        byte[] data = [0, 255, .. NewId().Select(c => (byte)c)];

        Assert.True(await Store.TryWriteHistoryAsync(subject, data, 0, Later, None));

        var without = await Store.FindHistoryAsync(subject, None);
        Assert.Equal(data, without.Data);
        Assert.NotEqual(0, without.Version);
        Assert.Null(without.FactorsChangedAt);
        await EnrolAsync(subject);
        var with = await Store.FindHistoryAsync(subject, None);
        Assert.Equal(without.Version, with.Version);
        Assert.Equal(Now, with.FactorsChangedAt);
    }

    [Fact]
    public async Task A_user_with_factors_and_no_history_has_the_time_of_the_last_change_alone()
    {
        var subject = NewSubject();
        await EnrolAsync(subject);

        Assert.Equal(MfaStoredHistory.None with { FactorsChangedAt = Now }, await Store.FindHistoryAsync(subject, None));
        Assert.Empty(await HistoriesOfAsync(subject));
    }

    [Fact]
    public async Task A_history_is_written_from_its_own_version_only()
    {
        var subject = NewSubject();
        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], 1, Later, None));
        var first = await RememberAsync(subject);

        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], 0, Later, None));
        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], first - 1, Later, None));
        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], first + 1, Later, None));
        Assert.True(await Store.TryWriteHistoryAsync(subject, [2], first, Later, None));
        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], first, Later, None));

        var second = await Store.FindHistoryAsync(subject, None);
        Assert.Equal([2], second.Data);
        Assert.NotEqual(first, second.Version);
    }

    [Fact]
    public async Task A_removed_history_is_gone_and_no_earlier_write_brings_it_back()
    {
        var subject = NewSubject();
        var first = await RememberAsync(subject);
        Assert.True(await Store.TryWriteHistoryAsync(subject, [2], first, Later, None));
        var second = (await Store.FindHistoryAsync(subject, None)).Version;

        await Store.RemoveHistoryAsync(subject, None);

        Assert.Equal(MfaStoredHistory.None, await Store.FindHistoryAsync(subject, None));
        Assert.Empty(await HistoriesOfAsync(subject));
        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], second, Later, None));
        // Nor after the user signed in again, as often as before.
        var third = await RememberAsync(subject, 3);
        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], first, Later, None));
        Assert.True(await Store.TryWriteHistoryAsync(subject, [4], third, Later, None));
        Assert.False(await Store.TryWriteHistoryAsync(subject, [9], second, Later, None));
        Assert.Equal([4], (await Store.FindHistoryAsync(subject, None)).Data);
    }

    [Fact]
    public async Task Removing_what_is_not_kept_does_nothing()
    {
        var (unknown, enrolled) = (NewSubject(), NewSubject());
        await EnrolAsync(enrolled);

        await Store.RemoveHistoryAsync(unknown, None);
        await Store.RemoveHistoryAsync(enrolled, None);

        Assert.True((await Store.FindAsync(enrolled, None)).IsEnrolled);
    }

    [Fact]
    public async Task A_history_is_its_owners_only()
    {
        var (owner, strangers) = NewNeighbours();
        var version = await RememberAsync(owner);

        foreach (var stranger in strangers)
        {
            Assert.Null((await Store.FindHistoryAsync(stranger, None)).Data);
            Assert.False(await Store.TryWriteHistoryAsync(stranger, [9], version, Later, None));
            await Store.RemoveHistoryAsync(stranger, None);
        }

        Assert.Equal([1], (await Store.FindHistoryAsync(owner, None)).Data);
    }

    [Fact]
    public async Task Of_parallel_first_writes_one_wins()
    {
        var subject = NewSubject();

        var results = await RaceAsync(i => Store.TryWriteHistoryAsync(subject, [(byte)i], 0, Later, None));

        AssertOneWinner(results);
        Assert.Equal([(byte)Array.IndexOf(results, true)], (await Store.FindHistoryAsync(subject, None)).Data!);
    }

    [Fact]
    public async Task Of_parallel_writes_from_one_version_one_wins()
    {
        var subject = NewSubject();
        var version = await RememberAsync(subject);

        var results = await RaceAsync(i => Store.TryWriteHistoryAsync(subject, [(byte)i], version, Later, None));

        AssertOneWinner(results);
        Assert.Equal([(byte)Array.IndexOf(results, true)], (await Store.FindHistoryAsync(subject, None)).Data!);
    }

    [Fact]
    public async Task A_removal_beside_parallel_writes_leaves_nothing()
    {
        var subject = NewSubject();
        var version = await RememberAsync(subject);

        await RaceAsync(async i =>
        {
            if (i % 8 != 0) return await Store.TryWriteHistoryAsync(subject, [9], version, Later, None);
            await Store.RemoveHistoryAsync(subject, None);
            return false;
        });

        Assert.Null((await Store.FindHistoryAsync(subject, None)).Data);
    }

    [Fact]
    public async Task The_sweep_takes_what_has_expired_in_batches_and_nothing_else()
    {
        // Long ago, so that of all tests which may share a database no other has histories that expire here.
        var past = Now.AddYears(-10);
        var (subjects, kept, renewed) = (Enumerable.Range(0, 5).Select(_ => NewSubject()).ToList(), NewSubject(), NewSubject());
        foreach (var subject in subjects) await RememberAsync(subject, expiresAt: past);
        var stale = await RememberAsync(kept, expiresAt: past.AddTicks(1));
        Assert.True(await Store.TryWriteHistoryAsync(renewed, [1], 0, past, None));
        Assert.True(await Store.TryWriteHistoryAsync(renewed, [2], (await Store.FindHistoryAsync(renewed, None)).Version, Later, None));

        Assert.Equal(3, await Store.RemoveExpiredHistoriesAsync(past, 3, None));
        Assert.Equal(2, await Store.RemoveExpiredHistoriesAsync(past, 3, None));
        Assert.Equal(0, await Store.RemoveExpiredHistoriesAsync(past, 3, None));

        Assert.Equal([kept, renewed], (await HistoriesOfAsync([.. subjects, kept, renewed])).Keys.ToHashSet());
        Assert.Equal(1, await Store.RemoveExpiredHistoriesAsync(past.AddTicks(1), 3, None));
        Assert.False(await Store.TryWriteHistoryAsync(kept, [9], stale, Later, None));
    }

    [Fact]
    public async Task All_histories_are_read_once_each()
    {
        // More than a store reads at a time, over two realms, with what sorts oddly: case, digits, nothing at all.
        string[] realms = ["", NewId()];
        var subjects = Enumerable.Range(0, 120).Select(i => new MfaSubject(realms[i % 2], (i % 3 == 0 ? "A" : "a") + NewId())).ToList();
        await EnrolAsync(subjects[7]);
        await Parallel.ForEachAsync(subjects.Index(), async (s, token) => Assert.True(await Store.TryWriteHistoryAsync(s.Item, [(byte)s.Index], 0, Later, token)));

        var found = await HistoriesOfAsync([.. subjects.ToHashSet()]);

        Assert.Equal(subjects.ToHashSet(), found.Keys.ToHashSet());
        Assert.All(subjects.Index(), s => Assert.Equal([(byte)s.Index], found[s.Item].Data!));
        Assert.Equal((await Store.FindHistoryAsync(subjects[7], None)).Version, found[subjects[7]].Version);
        Assert.Equal(Now, found[subjects[7]].FactorsChangedAt);
        Assert.Null(found[subjects[8]].FactorsChangedAt);
    }

    [Fact]
    public async Task A_reader_of_histories_holds_up_no_write_and_may_stop()
    {
        var subject = NewSubject();
        var version = await RememberAsync(subject);
        await RememberAsync(NewSubject());

        await foreach (var _ in Store.ReadHistoriesAsync(None))
        {
            Assert.True(await Store.TryWriteHistoryAsync(subject, [2], version, Later, None));
            break;
        }

        Assert.Equal([2], (await Store.FindHistoryAsync(subject, None)).Data);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Store.ReadHistoriesAsync(new(canceled: true))) { }
        });
    }
}
