using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    private const int Callers = 64;

    /// <summary>Runs a verb on 64 threads that start together, and returns what each got.</summary>
    private static async Task<T[]> RaceAsync<T>(Func<int, ValueTask<T>> verb)
    {
        using var start = new Barrier(Callers);
        var runs = Enumerable.Range(0, Callers).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return verb(i).AsTask();
            },
            None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap());
        return await Task.WhenAll(runs.ToArray());
    }

    private static void AssertOneWinner(bool[] results) => Assert.Single(results, won => won);

    [Fact]
    public async Task Of_parallel_first_factors_one_wins_with_its_own_codes()
    {
        var subject = NewSubject();
        var factors = Enumerable.Range(0, Callers).Select(_ => NewFactor(subject)).ToArray();
        var codes = factors.Select(_ => NewHashes(2)).ToArray();

        var results = await RaceAsync(i => Store.TryAddFirstFactorAsync(factors[i], codes[i], Now, None));

        AssertOneWinner(results);
        var winner = Array.IndexOf(results, true);
        Assert.Equal(factors[winner].Id, (await SingleFactorAsync(subject)).Id);
        Assert.Equal(2, (await Store.FindAsync(subject, None)).RecoveryCodesRemaining);
        Assert.True(await Store.TryConsumeCodeAsync(subject, codes[winner][0], ClearTotp, Now, None));
    }

    [Fact]
    public async Task Parallel_further_factors_never_exceed_the_maximum()
    {
        var subject = NewSubject();
        await EnrolAsync(subject);

        var results = await RaceAsync(_ => Store.TryAddFactorAsync(NewFactor(subject), 5, Now, None));

        Assert.Equal(4, results.Count(added => added));
        Assert.Equal(5, (await Store.FindAsync(subject, None)).Factors.Count);
    }

    [Fact]
    public async Task Of_parallel_factors_with_one_id_one_is_added()
    {
        var factor = NewFactor(NewSubject());

        AssertOneWinner(await RaceAsync(_ => Store.TryAddFactorAsync(factor, 100, Now, None)));
    }

    [Fact]
    public async Task Of_parallel_updates_from_one_version_one_wins()
    {
        var factor = await EnrolAsync(NewSubject());

        var results = await RaceAsync(i => Store.TryUpdateAsync(factor with { Name = $"{i}" }, 1, None));

        AssertOneWinner(results);
        Assert.Equal($"{Array.IndexOf(results, true)}", (await SingleFactorAsync(factor.Subject)).Name);
    }

    [Fact]
    public async Task Of_parallel_uses_from_one_version_one_wins()
    {
        var factor = await EnrolAsync(NewSubject());

        AssertOneWinner(await RaceAsync(_ => Store.TryUseFactorAsync(factor with { Counter = 8 }, 1, ClearTotp, None)));
        Assert.Equal(factor with { Counter = 8, Version = 2 }, await SingleFactorAsync(factor.Subject));
    }

    [Fact]
    public async Task Of_parallel_consumers_of_one_code_one_wins()
    {
        var subject = NewSubject();
        var hashes = NewHashes(2);
        await EnrolAsync(subject, hashes);

        AssertOneWinner(await RaceAsync(_ => Store.TryConsumeCodeAsync(subject, hashes[0], ClearTotp, Now, None)));
        Assert.Equal(1, (await Store.FindAsync(subject, None)).RecoveryCodesRemaining);
    }

    [Fact]
    public async Task Of_parallel_new_sets_of_codes_one_stays_whole()
    {
        var subject = NewSubject();
        await EnrolAsync(subject, NewHashes(5));
        var sets = Enumerable.Range(0, Callers).Select(_ => NewHashes(3)).ToArray();

        Assert.All(await RaceAsync(i => Store.TryReplaceCodesAsync(subject, sets[i], Now, None)), Assert.True);

        var good = new List<int>();
        foreach (var (set, hash) in sets.SelectMany((hashes, set) => hashes.Select(hash => (set, hash))))
            if (await Store.TryConsumeCodeAsync(subject, hash, ClearTotp, Now, None)) good.Add(set);
        Assert.Equal(3, good.Count);
        Assert.Single(good.Distinct());
    }

    [Fact]
    public async Task Of_parallel_removals_one_wins()
    {
        var factor = await EnrolAsync(NewSubject(), NewHashes(2));

        AssertOneWinner(await RaceAsync(_ => Store.TryRemoveFactorAsync(factor.Subject, factor.Id, Now, None)));
        Assert.False((await Store.FindAsync(factor.Subject, None)).IsEnrolled);
    }

    [Fact]
    public async Task Parallel_removals_of_all_factors_leave_no_code()
    {
        var subject = NewSubject();
        var ids = new List<string> { (await EnrolAsync(subject, NewHashes(2))).Id };
        for (var i = 0; i < 3; i++)
        {
            var factor = NewFactor(subject);
            await Store.TryAddFactorAsync(factor, 10, Now, None);
            ids.Add(factor.Id);
        }

        var results = await RaceAsync(i => Store.TryRemoveFactorAsync(subject, ids[i % ids.Count], Now, None));

        Assert.Equal(ids.Count, results.Count(removed => removed));
        Assert.False((await Store.FindAsync(subject, None)).IsEnrolled);
    }

    [Fact]
    public async Task Of_parallel_guesses_only_those_before_the_wait_are_charged()
    {
        var subject = NewSubject();

        var results = await RaceAsync(_ => ChargeAsync(subject));

        Assert.Equal(5, results.Count(r => r is ChargeResult.Charged));
        Assert.Equal(Callers - 5, results.Count(r => r is ChargeResult.MustWait));
        Assert.Equal(5, await FailuresOfAsync(subject, "totp"));
    }

    [Fact]
    public async Task Parallel_refunds_lose_none()
    {
        var subject = NewSubject();
        await ChargeTimesAsync(subject, Callers);
        var charge = new Charge("totp", FailureLane.Unknown, null);

        await RaceAsync(async i =>
        {
            if (i % 2 == 0) await Store.RefundAsync(subject, charge, None);
            return true;
        });

        Assert.Equal(Callers / 2, await FailuresOfAsync(subject, "totp"));
    }

    [Fact]
    public async Task All_parallel_callers_get_one_lookup_key()
    {
        var keys = await RaceAsync(_ => Store.GetOrAddLookupKeyAsync(NewId(), None));

        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task A_use_beside_parallel_guesses_loses_no_count()
    {
        var subject = NewSubject();
        var factor = await EnrolAsync(subject);

        var won = await RaceAsync(async i =>
        {
            if (i % 2 == 0) return await Store.TryUseFactorAsync(factor with { Counter = 8 }, 1, ClearTotp, None);
            await ChargeAsync(subject, "sms");
            return false;
        });

        AssertOneWinner(won);
        // The ladder lets five through before the success that clears it, and up to five after.
        Assert.InRange(await FailuresOfAsync(subject, "sms"), 5, 10);
    }
}
