using System.Diagnostics;
using System.Globalization;
using MfaMiddleware.TestKit.Servers;

namespace MfaMiddleware.Benchmarks.Redis;

/// <summary>
/// Throughput and memory while more and more sessions are pending. What other processes take of the machine changes from minute to minute, so the server's own time a
/// script and three bare round trips beside are printed too.
/// </summary>
internal static class RedisLoad
{
    private const int Callers = 32;
    private const int Flows = 2_000;
    private const int Windows = 12;

    public static async Task PrintAsync(RedisFlows flows, RedisServer server, IEnumerable<int> counts)
    {
        foreach (var count in counts)
        {
            // What the last step's flows left behind for a moment is not this one's.
            await server.CommandAsync("FLUSHALL");
            var before = await NumberAsync(server, "memory", "used_memory:");
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (_, _) => await flows.StoreAsync(flows.New()));
            var each = (await NumberAsync(server, "memory", "used_memory:") - before) / (double)count;

            await server.CommandAsync("CONFIG", "RESETSTAT");
            var (whole, bare) = (0.0, 0.0);
            for (var i = 0; i < Windows; i++)
            {
                whole = Math.Max(whole, await RateAsync(flows, flows.FlowAsync));
                bare = Math.Max(bare, await RateAsync(flows, flows.BareFlowAsync));
            }

            var script = await NumberAsync(server, "commandstats", "cmdstat_evalsha:calls=", ",usec_per_call=");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count,9:N0} pending: {each:N0} bytes a session; {whole:N0} flows a second ({script:N1} µs of the server a script), {bare:N0} of three bare round trips"));
        }
    }

    private static async Task<double> RateAsync(RedisFlows flows, Func<MfaMiddleware.PendingSessions.PendingSession, Task> flow)
    {
        var sessions = Enumerable.Range(0, Flows).Select(_ => flows.New()).ToArray();
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(sessions, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (session, _) => await flow(session));
        return Flows / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> NumberAsync(RedisServer server, string section, string line, string? then = null)
    {
        var rest = (await server.CommandAsync("INFO", section)).Split(line)[1];
        if (then is not null) rest = rest.Split(then)[1];
        return double.Parse(rest.Split('\r', ',')[0], CultureInfo.InvariantCulture);
    }
}
