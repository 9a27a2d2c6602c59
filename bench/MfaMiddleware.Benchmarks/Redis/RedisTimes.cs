using System.Diagnostics;
using System.Globalization;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>
/// The time of a flow beside that of three bare round trips: in turn, many short rounds of each, so that what else the machine does hits both. The ratio of the medians
/// and that of the fastest rounds are printed.
/// </summary>
internal static class RedisTimes
{
    private const int Rounds = 200;
    private const int FlowsInRound = 64;

    public static async Task PrintAsync(string line, RedisFlows flows, int[] numbersOfCallers)
    {
        foreach (var callers in numbersOfCallers)
        {
            // What is compiled and connected once is nobody's time.
            for (var i = 0; i < 10; i++) await RoundAsync(flows, callers);
            var (whole, bare) = (new double[Rounds], new double[Rounds]);
            for (var i = 0; i < Rounds; i++) (whole[i], bare[i]) = await RoundAsync(flows, callers);
            Array.Sort(whole);
            Array.Sort(bare);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{line}, {callers} at a time: a flow {whole[Rounds / 2]:N0} µs (fastest {whole[0]:N0}), three bare round trips {bare[Rounds / 2]:N0} µs (fastest {bare[0]:N0}): {whole[Rounds / 2] / bare[Rounds / 2]:N2} times by the medians, {whole[0] / bare[0]:N2} by the fastest"));
        }
    }

    private static async Task<(double Whole, double Bare)> RoundAsync(RedisFlows flows, int callers)
    {
        var sessions = Enumerable.Range(0, FlowsInRound).Select(_ => flows.New()).ToArray();
        var whole = await TimeAsync(i => flows.FlowAsync(sessions[i]), callers);
        return (whole, await TimeAsync(i => flows.BareFlowAsync(sessions[i]), callers));
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
