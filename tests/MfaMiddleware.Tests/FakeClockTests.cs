using MfaMiddleware.TestKit;
using Xunit;

namespace MfaMiddleware.Tests;

public sealed class FakeClockTests
{
    [Fact]
    public void Timers_fire_in_order_each_at_its_own_moment()
    {
        var clock = new FakeClock();
        var start = clock.GetUtcNow();
        var fired = new List<(string Name, double Seconds)>();
        void Note(object? name) => fired.Add(((string)name!, (clock.GetUtcNow() - start).TotalSeconds));
        using var late = clock.CreateTimer(Note, "late", TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var often = clock.CreateTimer(Note, "often", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var never = clock.CreateTimer(Note, "never", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        never.Dispose();

        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([("often", 2), ("often", 4), ("late", 5), ("often", 6)], fired);
        Assert.Equal(TimeSpan.FromSeconds(6), clock.GetUtcNow() - start);
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_gets_there()
    {
        var clock = new FakeClock();
        var delay = Task.Delay(TimeSpan.FromMinutes(1), clock);

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await delay;
    }

    [Fact]
    public void A_clock_that_is_put_back_measures_no_negative_time()
    {
        var clock = new FakeClock();
        var timestamp = clock.GetTimestamp();

        clock.Set(clock.GetUtcNow().AddHours(-1));
        clock.Set(clock.GetUtcNow().AddSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(3), clock.GetElapsedTime(timestamp));
    }
}
