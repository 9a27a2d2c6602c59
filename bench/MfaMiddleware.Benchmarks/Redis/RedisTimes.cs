using System.Diagnostics;
using System.Globalization;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>
/// The time of a flow beside that of three bare round trips, and of the least scripts: in turn, many short rounds of each, so that what else the machine does hits all. The ratio of the medians
/// and that of the fastest rounds are printed.
/// </summary>
internal static class RedisTimes
{
    private const int FlowsInRound = 64;

    public static async Task PrintAsync(string line, RedisFlows flows, int rounds, int[] numbersOfCallers)
    {
        foreach (var callers in numbersOfCallers)
        {
            // What is compiled and connected once is nobody's time.
            for (var i = 0; i < 10; i++) await RoundAsync(flows, callers);
            var (whole, least, bare) = (new double[rounds], new double[rounds], new double[rounds]);
            for (var i = 0; i < rounds; i++) (whole[i], least[i], bare[i]) = await RoundAsync(flows, callers);
            foreach (var times in new[] { whole, least, bare }) Array.Sort(times);
            var (median, fastest) = (bare[rounds / 2], bare[0]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line}, {callers} at a time: three bare round trips {median:N0} µs (fastest {fastest:N0})"));
            Print("the least scripts", least);
            Print("a flow", whole);

            void Print(string what, double[] times) => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {what} {times[rounds / 2]:N0} µs (fastest {times[0]:N0}): {times[rounds / 2] / median:N2} times by the medians, {times[0] / fastest:N2} by the fastest"));
        }
    }

    private static async Task<(double Whole, double Least, double Bare)> RoundAsync(RedisFlows flows, int callers)
    {
        var sessions = Enumerable.Range(0, FlowsInRound).Select(_ => flows.New()).ToArray();
        var whole = await TimeAsync(i => flows.FlowAsync(sessions[i]), callers);
        var least = await TimeAsync(i => flows.LeastFlowAsync(sessions[i]), callers);
        return (whole, least, await TimeAsync(i => flows.BareFlowAsync(sessions[i]), callers));
    }

    /// <returns>Microseconds a flow, of one caller.</returns>
    private static async Task<double> TimeAsync(Func<int, Task> flow, int callers)
    {
        var next = -1;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i and < FlowsInRound) await flow(i);
        }));
        return Stopwatch.GetElapsedTime(began).TotalMicroseconds * callers / FlowsInRound;
    }
}
