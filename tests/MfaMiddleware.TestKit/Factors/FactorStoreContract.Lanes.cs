using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    private ValueTask<ChargeResult> ChargeAtHomeAsync(MfaSubject subject, DateTimeOffset? now = null, FailureLimits? limits = null) =>
        ChargeAsync(subject, now: now, limits: limits, lane: FailureLane.KnownDevice);

    [Fact]
    public async Task A_lane_that_waits_leaves_the_other_one_open_with_a_ladder_of_its_own()
    {
        var subject = NewSubject();
        await ChargeTimesAsync(subject, 9);
        await ChargeAsync(subject, now: Now.AddMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject, now: Now.AddMinutes(1))).RetryAfter);

        for (var i = 1; i <= 5; i++)
        {
            var charge = Assert.IsType<ChargeResult.Charged>(await ChargeAtHomeAsync(subject)).Charge;
            Assert.Equal(new Charge("totp", FailureLane.KnownDevice, i == 5 ? Now.AddMinutes(1) : null), charge);
        }

        Assert.Equal(TimeSpan.FromMinutes(1), Assert.IsType<ChargeResult.MustWait>(await ChargeAtHomeAsync(subject)).RetryAfter);
        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject, now: Now.AddMinutes(6)));
    }

    [Fact]
    public async Task The_account_is_read_with_its_failures()
    {
        var subject = NewSubject();
        await EnrolAsync(subject);
        Assert.Empty((await Store.FindAsync(subject, None)).Failures.ByMethod);

        await ChargeTimesAsync(subject, 5);
        await ChargeAtHomeAsync(subject);
        var read = (await Store.FindAsync(subject, None)).Failures;
        Assert.Equal((new FailureLadder(5, Now.AddMinutes(1)), new FailureLadder(1, null), 6), (read.Unknown, read.KnownDevice, read.ByMethod["totp"]));

        await Store.ResetAsync(subject, Now, None);
        Assert.Equal(default, (await Store.FindAsync(subject, None)).Failures.Unknown);
    }

    [Fact]
    public async Task The_caps_count_both_lanes_and_stop_both()
    {
        var subject = NewSubject();
        await ChargeAsync(subject);
        await ChargeAtHomeAsync(subject);

        foreach (var limits in (FailureLimits[])[Limits(hardCap: 2), Limits(method: "totp", methodCap: 2)])
        {
            Assert.IsType<ChargeResult.Capped>(await ChargeAsync(subject, limits: limits));
            Assert.IsType<ChargeResult.Capped>(await ChargeAtHomeAsync(subject, limits: limits));
        }
    }

    [Fact]
    public async Task A_success_in_a_lane_leaves_the_ladder_of_the_other_one_where_it_stands()
    {
        var subject = NewSubject();
        var hashes = NewHashes(1);
        var factor = await EnrolAsync(subject, hashes);
        for (var i = 0; i < 5; i++) Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject));
        for (var i = 0; i < 5; i++) Assert.IsType<ChargeResult.Charged>(await ChargeAtHomeAsync(subject));

        Assert.True(await Store.TryUseFactorAsync(factor, 1, ClearTotp with { Lane = FailureLane.KnownDevice }, None));

        Assert.IsType<ChargeResult.Charged>(await ChargeAtHomeAsync(subject));
        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject));
        Assert.Equal(1, await FailuresOfAsync(subject, "totp"));
        Assert.True(await Store.TryConsumeCodeAsync(subject, hashes[0], ClearCodes, Now, None));
        for (var i = 0; i < 4; i++) Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject));
        for (var i = 0; i < 4; i++) Assert.IsType<ChargeResult.Charged>(await ChargeAtHomeAsync(subject));
        Assert.IsType<ChargeResult.MustWait>(await ChargeAtHomeAsync(subject));
    }

    [Fact]
    public async Task A_refund_goes_to_the_lane_of_its_charge()
    {
        var subject = NewSubject();
        for (var i = 0; i < 5; i++) await ChargeAsync(subject);
        for (var i = 0; i < 4; i++) await ChargeAtHomeAsync(subject);
        var fifth = Assert.IsType<ChargeResult.Charged>(await ChargeAtHomeAsync(subject)).Charge;

        await Store.RefundAsync(subject, fifth, None);

        Assert.Equal(fifth, Assert.IsType<ChargeResult.Charged>(await ChargeAtHomeAsync(subject)).Charge);
        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject));
        Assert.Equal(10, await FailuresOfAsync(subject, "totp"));
    }

    [Fact]
    public async Task Reset_takes_the_waits_of_both_lanes_away()
    {
        var subject = NewSubject();
        for (var i = 0; i < 5; i++) await ChargeAsync(subject);
        for (var i = 0; i < 5; i++) await ChargeAtHomeAsync(subject);

        await Store.ResetAsync(subject, Now, None);

        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject));
        Assert.IsType<ChargeResult.Charged>(await ChargeAtHomeAsync(subject));
    }

    [Fact]
    public async Task Of_parallel_guesses_in_both_lanes_each_lane_charges_those_before_its_wait()
    {
        var subject = NewSubject();

        var results = await RaceAsync(i => i % 2 == 0 ? ChargeAsync(subject) : ChargeAtHomeAsync(subject));

        var charged = results.OfType<ChargeResult.Charged>().CountBy(r => r.Charge.Lane).ToDictionary();
        Assert.Equal((5, 5), (charged[FailureLane.Unknown], charged[FailureLane.KnownDevice]));
        Assert.Equal(10, await FailuresOfAsync(subject, "totp"));
    }
}
