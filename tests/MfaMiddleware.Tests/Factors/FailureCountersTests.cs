using System.Collections.Immutable;
using MfaMiddleware.Factors;
using Xunit;

namespace MfaMiddleware.Tests.Factors;

public sealed class FailureCountersTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly FailureLimits Limits = new(100, ImmutableDictionary<string, int>.Empty);

    [Fact]
    public void The_ladder_waits_at_5_10_15_20_and_each_5_further_and_nowhere_else()
    {
        var minutes = Enumerable.Range(0, 101)
            .Where(n => FailureLimits.WaitAfter(n) is not null)
            .ToDictionary(n => n, n => FailureLimits.WaitAfter(n)!.Value.TotalMinutes);

        Assert.Equal(Enumerable.Range(1, 20).Select(n => n * 5), minutes.Keys);
        Assert.Equal([1, 5, 15], minutes.Values.Take(3));
        Assert.All(minutes.Values.Skip(3), m => Assert.Equal(60, m));
    }

    [Fact]
    public void A_charge_counts_the_guess_for_account_and_method()
    {
        var (after, result) = FailureCounters.None.Charge("totp", FailureLane.Unknown, Now, Limits);

        Assert.Equal(new Charge("totp", FailureLane.Unknown, null), Assert.IsType<ChargeResult.Charged>(result).Charge);
        Assert.Equal(new(1, null), after.Unknown);
        Assert.Equal(default, after.KnownDevice);
        Assert.Equal(1, after.ByMethod["totp"]);
    }

    [Fact]
    public void The_wait_ends_at_its_moment_and_not_before()
    {
        var waiting = new FailureCounters { Unknown = new(5, Now.AddMinutes(1)) };

        var (same, early) = waiting.Charge("totp", FailureLane.Unknown, Now.AddMinutes(1).AddTicks(-1), Limits);

        Assert.Equal(TimeSpan.FromTicks(1), Assert.IsType<ChargeResult.MustWait>(early).RetryAfter);
        Assert.Same(waiting, same);
        Assert.IsType<ChargeResult.Charged>(waiting.Charge("totp", FailureLane.Unknown, Now.AddMinutes(1), Limits).Result);
    }

    [Fact]
    public void The_hard_cap_adds_up_all_methods_and_comes_before_the_wait()
    {
        var capped = new FailureCounters { Unknown = new(0, Now.AddHours(1)), ByMethod = Failures(("sms", 60), ("totp", 40)) };

        var (same, result) = capped.Charge("email", FailureLane.Unknown, Now, Limits);

        Assert.IsType<ChargeResult.Capped>(result);
        Assert.Same(capped, same);
    }

    [Fact]
    public void The_cap_of_a_method_stops_that_method_alone()
    {
        var limits = Limits with { MethodCaps = ImmutableDictionary<string, int>.Empty.Add("sms", 3) };
        var counters = new FailureCounters { ByMethod = Failures(("sms", 3)) };

        Assert.IsType<ChargeResult.Capped>(counters.Charge("sms", FailureLane.Unknown, Now, limits).Result);
        Assert.IsType<ChargeResult.Charged>(counters.Charge("totp", FailureLane.Unknown, Now, limits).Result);
    }

    [Fact]
    public void A_refund_undoes_its_charge()
    {
        var before = new FailureCounters { Unknown = new(4, null), ByMethod = Failures(("totp", 4)) };
        var (after, result) = before.Charge("totp", FailureLane.Unknown, Now, Limits);

        var refunded = after.Refund(Assert.IsType<ChargeResult.Charged>(result).Charge);

        Assert.Equal(new(4, null), refunded.Unknown);
        Assert.Equal(4, refunded.ByMethod["totp"]);
    }

    [Fact]
    public void A_refund_after_a_success_never_counts_below_nothing()
    {
        var refunded = FailureCounters.None.Refund(new Charge("totp", FailureLane.Unknown, null));

        Assert.Equal(default, refunded.Unknown);
        Assert.Equal(0, refunded.ByMethod["totp"]);
    }

    [Fact]
    public void A_refund_keeps_the_wait_of_another_charge()
    {
        var waiting = new FailureCounters { Unknown = new(5, Now) };

        Assert.Equal(Now, waiting.Refund(new Charge("totp", FailureLane.Unknown, null)).Unknown.WaitUntil);
        Assert.Equal(Now, waiting.Refund(new Charge("totp", FailureLane.Unknown, Now.AddMinutes(-9))).Unknown.WaitUntil);
    }

    [Fact]
    public void A_success_clears_the_ladder_and_its_method_and_a_strong_one_every_method()
    {
        var counters = new FailureCounters { Unknown = new(9, Now), ByMethod = Failures(("sms", 4), ("totp", 5)) };

        var cleared = counters.Clear(new("totp", EveryMethod: false, FailureLane.Unknown));

        Assert.Equal(default, cleared.Unknown);
        Assert.Equal("sms", Assert.Single(cleared.ByMethod).Key);
        Assert.Empty(counters.Clear(new("fido", EveryMethod: true, FailureLane.Unknown)).ByMethod);
    }

    [Fact]
    public void Forgetting_a_method_keeps_ladder_and_wait()
    {
        var counters = new FailureCounters { Unknown = new(5, Now), KnownDevice = new(2, null), ByMethod = Failures(("sms", 4), ("totp", 1)) };

        var forgotten = counters.Forget("sms");

        Assert.Equal((new(5, Now), new(2, null)), (forgotten.Unknown, forgotten.KnownDevice));
        Assert.Equal("totp", Assert.Single(forgotten.ByMethod).Key);
    }

    [Theory]
    [InlineData(FailureLane.Unknown, FailureLane.KnownDevice)]
    [InlineData(FailureLane.KnownDevice, FailureLane.Unknown)]
    public void A_lane_that_waits_leaves_the_other_one_open(FailureLane waits, FailureLane open)
    {
        var waiting = FailureCounters.None;
        for (var i = 0; i < 5; i++) waiting = waiting.Charge("totp", waits, Now, Limits).Counters;

        Assert.Equal(TimeSpan.FromMinutes(1), Assert.IsType<ChargeResult.MustWait>(waiting.Charge("totp", waits, Now, Limits).Result).RetryAfter);
        var (after, result) = waiting.Charge("totp", open, Now, Limits);

        Assert.Equal(new Charge("totp", open, null), Assert.IsType<ChargeResult.Charged>(result).Charge);
        Assert.Equal((new(5, Now.AddMinutes(1)), new(1, null)), (after.LadderOf(waits), after.LadderOf(open)));
        Assert.Equal(6, after.ByMethod["totp"]);
    }

    [Fact]
    public void The_caps_count_both_lanes_and_stop_both()
    {
        var counters = FailureCounters.None;
        var limits = Limits with { HardCap = 4, MethodCaps = ImmutableDictionary<string, int>.Empty.Add("sms", 2) };
        foreach (var lane in Enum.GetValues<FailureLane>()) counters = counters.Charge("sms", lane, Now, limits).Counters;
        foreach (var lane in Enum.GetValues<FailureLane>()) Assert.IsType<ChargeResult.Capped>(counters.Charge("sms", lane, Now, limits).Result);

        foreach (var lane in Enum.GetValues<FailureLane>()) counters = counters.Charge("totp", lane, Now, limits).Counters;
        foreach (var lane in Enum.GetValues<FailureLane>()) Assert.IsType<ChargeResult.Capped>(counters.Charge("email", lane, Now, limits).Result);
    }

    [Fact]
    public void A_success_leaves_the_ladder_of_the_other_lane_where_it_stands()
    {
        var counters = new FailureCounters { Unknown = new(12, Now), KnownDevice = new(3, Now), ByMethod = Failures(("totp", 15)) };

        foreach (var everyMethod in (bool[])[false, true])
        {
            var atHome = counters.Clear(new("totp", everyMethod, FailureLane.KnownDevice));
            Assert.Equal((new(12, Now), default), (atHome.Unknown, atHome.KnownDevice));
            Assert.Empty(atHome.ByMethod);
            var elsewhere = counters.Clear(new("totp", everyMethod, FailureLane.Unknown));
            Assert.Equal((default, new(3, Now)), (elsewhere.Unknown, elsewhere.KnownDevice));
        }
    }

    [Fact]
    public void A_refund_goes_to_the_lane_of_its_charge()
    {
        var before = new FailureCounters { Unknown = new(5, Now.AddMinutes(1)), KnownDevice = new(4, null), ByMethod = Failures(("totp", 9)) };
        var (after, result) = before.Charge("totp", FailureLane.KnownDevice, Now, Limits);

        // Both waits end at one moment, and only the one that this charge began is taken back.
        Assert.Equal(after.Unknown.WaitUntil, after.KnownDevice.WaitUntil);
        var refunded = after.Refund(Assert.IsType<ChargeResult.Charged>(result).Charge);

        Assert.Equal((before.Unknown, before.KnownDevice, 9), (refunded.Unknown, refunded.KnownDevice, refunded.ByMethod["totp"]));
    }

    private static ImmutableSortedDictionary<string, int> Failures(params (string Method, int Count)[] failures) =>
        failures.ToImmutableSortedDictionary(f => f.Method, f => f.Count, StringComparer.Ordinal);
}
