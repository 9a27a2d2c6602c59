using System.Collections.Immutable;
using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.TestKit.Factors;

public abstract partial class FactorStoreContract
{
    private static FailureLimits Limits(int hardCap = 100, string method = "none", int methodCap = 100) =>
        new(hardCap, ImmutableDictionary<string, int>.Empty.Add(method, methodCap));

    private ValueTask<ChargeResult> ChargeAsync(
        MfaSubject subject, string method = "totp", DateTimeOffset? now = null, FailureLimits? limits = null, FailureLane lane = FailureLane.Unknown) =>
        Store.ChargeAsync(subject, method, lane, now ?? Now, limits ?? Limits(), None);

    /// <summary>Charges so many times, each when the wait of the one before is over, and says when the last was.</summary>
    private async Task<DateTimeOffset> ChargeTimesAsync(MfaSubject subject, int times, string method = "totp")
    {
        var now = Now;
        for (var i = 0; i < times; i++)
        {
            var charged = Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject, method, now));
            now = charged.Charge.WaitUntil ?? now;
        }

        return now;
    }

    /// <summary>How many failures a method has, told by the lowest cap that still lets a guess through; charges none.</summary>
    private async Task<int> FailuresOfAsync(MfaSubject subject, string method)
    {
        for (var cap = 1; ; cap++)
        {
            var result = await ChargeAsync(subject, method, DateTimeOffset.MaxValue.AddYears(-1), Limits(int.MaxValue, method, cap));
            if (result is not ChargeResult.Charged { Charge: var charge }) continue;
            await Store.RefundAsync(subject, charge, None);
            return cap - 1;
        }
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(10, 5)]
    [InlineData(15, 15)]
    [InlineData(20, 60)]
    [InlineData(25, 60)]
    [InlineData(30, 60)]
    public async Task A_failure_of_the_ladder_begins_its_wait(int failures, int minutes)
    {
        var subject = NewSubject();
        var before = await ChargeTimesAsync(subject, failures - 1);

        var charged = Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject, now: before));

        var wait = TimeSpan.FromMinutes(minutes);
        Assert.Equal(before + wait, charged.Charge.WaitUntil);
        Assert.Equal(wait, Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject, now: before)).RetryAfter);
        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject, "sms", before + wait - TimeSpan.FromTicks(1)));
        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject, now: before + wait));
    }

    [Fact]
    public async Task A_failure_between_the_steps_of_the_ladder_begins_no_wait()
    {
        var subject = NewSubject();
        for (var i = 1; i <= 4; i++)
            Assert.Null(Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject)).Charge.WaitUntil);
    }

    [Fact]
    public async Task An_account_that_must_wait_is_charged_nothing()
    {
        var subject = NewSubject();
        await ChargeTimesAsync(subject, 5);

        for (var i = 0; i < 20; i++) Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject));

        Assert.Equal(5, await FailuresOfAsync(subject, "totp"));
    }

    [Fact]
    public async Task The_hard_cap_counts_all_methods_and_waiting_does_not_help()
    {
        var subject = NewSubject();
        await ChargeTimesAsync(subject, 2);
        await ChargeTimesAsync(subject, 1, "sms");

        Assert.IsType<ChargeResult.Capped>(await ChargeAsync(subject, "email", Now.AddYears(1), Limits(hardCap: 3)));
        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject, "email", Now.AddYears(1), Limits(hardCap: 4)));
    }

    [Fact]
    public async Task The_cap_of_a_method_leaves_other_methods_open()
    {
        var subject = NewSubject();
        var limits = Limits(method: "sms", methodCap: 2);
        await ChargeTimesAsync(subject, 2, "sms");

        Assert.IsType<ChargeResult.Capped>(await ChargeAsync(subject, "sms", limits: limits));
        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject, "totp", limits: limits));
    }

    [Fact]
    public async Task A_refund_takes_back_the_failure_and_the_wait_it_began()
    {
        var subject = NewSubject();
        await ChargeTimesAsync(subject, 4);
        var fifth = Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject)).Charge;

        await Store.RefundAsync(subject, fifth, None);

        Assert.Equal(4, await FailuresOfAsync(subject, "totp"));
        Assert.Equal(fifth, Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject)).Charge);
    }

    [Fact]
    public async Task A_refund_leaves_a_wait_that_another_charge_began()
    {
        var subject = NewSubject();
        var first = Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject)).Charge;
        await ChargeTimesAsync(subject, 4);

        await Store.RefundAsync(subject, first, None);

        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject));
    }

    [Fact]
    public async Task A_success_clears_the_ladder_and_its_own_method_and_keeps_the_failures_of_others()
    {
        var subject = NewSubject();
        var factor = await EnrolAsync(subject);
        await ChargeTimesAsync(subject, 3, "sms");
        await ChargeTimesAsync(subject, 2, "totp");

        Assert.True(await Store.TryUseFactorAsync(factor, 1, ClearTotp, None));

        Assert.Null(Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject)).Charge.WaitUntil);
        Assert.Equal(1, await FailuresOfAsync(subject, "totp"));
        Assert.Equal(3, await FailuresOfAsync(subject, "sms"));
    }

    [Fact]
    public async Task A_success_that_clears_every_method_ends_the_hard_cap()
    {
        var subject = NewSubject();
        var factor = await EnrolAsync(subject);
        await ChargeTimesAsync(subject, 3, "sms");
        Assert.IsType<ChargeResult.Capped>(await ChargeAsync(subject, limits: Limits(hardCap: 3)));

        Assert.True(await Store.TryUseFactorAsync(factor, 1, new("fido", EveryMethod: true, FailureLane.Unknown), None));

        Assert.Equal(0, await FailuresOfAsync(subject, "sms"));
        Assert.IsType<ChargeResult.Charged>(await ChargeAsync(subject, limits: Limits(hardCap: 1)));
    }

    [Fact]
    public async Task A_use_that_is_refused_clears_nothing()
    {
        var subject = NewSubject();
        var factor = await EnrolAsync(subject);
        await ChargeTimesAsync(subject, 5);

        Assert.False(await Store.TryUseFactorAsync(factor, 2, ClearTotp, None));

        Assert.IsType<ChargeResult.MustWait>(await ChargeAsync(subject));
        Assert.Equal(5, await FailuresOfAsync(subject, "totp"));
    }
}
