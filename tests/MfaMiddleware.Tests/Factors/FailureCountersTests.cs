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
        var (after, result) = FailureCounters.None.Charge("totp", Now, Limits);

        Assert.Equal(new Charge("totp", null), Assert.IsType<ChargeResult.Charged>(result).Charge);
        Assert.Equal(1, after.Consecutive);
        Assert.Equal(1, after.ByMethod["totp"]);
        Assert.Null(after.WaitUntil);
    }

    [Fact]
    public void The_wait_ends_at_its_moment_and_not_before()
    {
        var waiting = new FailureCounters { Consecutive = 5, WaitUntil = Now.AddMinutes(1) };

        var (same, early) = waiting.Charge("totp", Now.AddMinutes(1).AddTicks(-1), Limits);

        Assert.Equal(TimeSpan.FromTicks(1), Assert.IsType<ChargeResult.MustWait>(early).RetryAfter);
        Assert.Same(waiting, same);
        Assert.IsType<ChargeResult.Charged>(waiting.Charge("totp", Now.AddMinutes(1), Limits).Result);
    }

    [Fact]
    public void The_hard_cap_adds_up_all_methods_and_comes_before_the_wait()
    {
        var capped = new FailureCounters { WaitUntil = Now.AddHours(1), ByMethod = Failures(("sms", 60), ("totp", 40)) };

        var (same, result) = capped.Charge("email", Now, Limits);

        Assert.IsType<ChargeResult.Capped>(result);
        Assert.Same(capped, same);
    }

    [Fact]
    public void The_cap_of_a_method_stops_that_method_alone()
    {
        var limits = Limits with { MethodCaps = ImmutableDictionary<string, int>.Empty.Add("sms", 3) };
        var counters = new FailureCounters { ByMethod = Failures(("sms", 3)) };

        Assert.IsType<ChargeResult.Capped>(counters.Charge("sms", Now, limits).Result);
        Assert.IsType<ChargeResult.Charged>(counters.Charge("totp", Now, limits).Result);
    }

    [Fact]
    public void A_refund_undoes_its_charge()
    {
        var before = new FailureCounters { Consecutive = 4, ByMethod = Failures(("totp", 4)) };
        var (after, result) = before.Charge("totp", Now, Limits);

        var refunded = after.Refund(Assert.IsType<ChargeResult.Charged>(result).Charge);

        Assert.Equal((4, (DateTimeOffset?)null, 4), (refunded.Consecutive, refunded.WaitUntil, refunded.ByMethod["totp"]));
    }

    [Fact]
    public void A_refund_after_a_success_never_counts_below_nothing()
    {
        var refunded = FailureCounters.None.Refund(new Charge("totp", null));

        Assert.Equal(0, refunded.Consecutive);
        Assert.Equal(0, refunded.ByMethod["totp"]);
    }

    [Fact]
    public void A_refund_keeps_the_wait_of_another_charge()
    {
        var waiting = new FailureCounters { Consecutive = 5, WaitUntil = Now };

        Assert.Equal(Now, waiting.Refund(new Charge("totp", null)).WaitUntil);
        Assert.Equal(Now, waiting.Refund(new Charge("totp", Now.AddMinutes(-9))).WaitUntil);
    }

    [Fact]
    public void A_success_clears_the_ladder_and_its_method_and_a_strong_one_every_method()
    {
        var counters = new FailureCounters { Consecutive = 9, WaitUntil = Now, ByMethod = Failures(("sms", 4), ("totp", 5)) };

        var cleared = counters.Clear(new("totp", EveryMethod: false));

        Assert.Equal(0, cleared.Consecutive);
        Assert.Null(cleared.WaitUntil);
        Assert.Equal("sms", Assert.Single(cleared.ByMethod).Key);
        Assert.Empty(counters.Clear(new("fido", EveryMethod: true)).ByMethod);
    }

    [Fact]
    public void Forgetting_a_method_keeps_ladder_and_wait()
    {
        var counters = new FailureCounters { Consecutive = 5, WaitUntil = Now, ByMethod = Failures(("sms", 4), ("totp", 1)) };

        var forgotten = counters.Forget("sms");

        Assert.Equal((5, Now), (forgotten.Consecutive, forgotten.WaitUntil));
        Assert.Equal("totp", Assert.Single(forgotten.ByMethod).Key);
    }

    private static ImmutableSortedDictionary<string, int> Failures(params (string Method, int Count)[] failures) =>
        failures.ToImmutableSortedDictionary(f => f.Method, f => f.Count, StringComparer.Ordinal);
}
