using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MfaMiddleware.Benchmarks;
using MfaMiddleware.Benchmarks.Redis;
using Perfolizer.Horology;

if (args is ["memory"])
{
    await PendingSessionMemory.RunAsync();
    return;
}

if (args is ["redis", .. var counts])
{
    await RedisBenchmark.RunAsync(counts);
    return;
}

// Many short iterations, of which the fastest counts: on a machine that does other things beside, the mean measures those.
// In this process: a project that is made and restored anew for each run would need the package feed.
var job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithWarmupCount(5)
    .WithIterationCount(60)
    .WithIterationTime(TimeInterval.FromMilliseconds(25));
var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(job)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
    .AddColumn(CategoriesColumn.Default, StatisticColumn.Min)
    .HideColumns(Column.Gen0, Column.Error, Column.StdDev, Column.Median, Column.Ratio, Column.RatioSD, Column.AllocRatio)
    .WithOptions(ConfigOptions.JoinSummary);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
