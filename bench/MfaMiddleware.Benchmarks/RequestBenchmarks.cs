using BenchmarkDotNet.Attributes;
using MfaMiddleware.Interposition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Benchmarks;

/// <summary>What the gate costs a request that signs nobody in: the same pipeline with and without <c>AddMfa()</c>.</summary>
public class RequestBenchmarks
{
    private readonly Signal _signal = new();
    private readonly HttpContext _context = new DefaultHttpContext();
    private Pipeline _without = null!;
    private Pipeline _with = null!;
    private Pipeline _waitingWithout = null!;
    private Pipeline _waitingWith = null!;
    private Pipeline _authenticatingWithout = null!;
    private Pipeline _authenticatingWith = null!;

    [GlobalSetup]
    public void Build()
    {
        _without = Pipeline.Build(withMfa: false, app => app.Run(Answer));
        _with = Pipeline.Build(withMfa: true, app => app.Run(Answer));
        _waitingWithout = Pipeline.Build(withMfa: false, app => app.Run(AnswerLaterAsync));
        _waitingWith = Pipeline.Build(withMfa: true, app => app.Run(AnswerLaterAsync));
        _authenticatingWithout = Pipeline.Build(withMfa: false, app => app.UseAuthentication().Run(Answer));
        _authenticatingWith = Pipeline.Build(withMfa: true, app => app.UseAuthentication().Run(Answer));
    }

    [Benchmark(Baseline = true), BenchmarkCategory("sync")]
    public void SyncWithout() => Run(_without);

    [Benchmark, BenchmarkCategory("sync")]
    public void SyncWith() => Run(_with);

    [Benchmark(Baseline = true), BenchmarkCategory("async")]
    public void AsyncWithout() => RunWaiting(_waitingWithout);

    [Benchmark, BenchmarkCategory("async")]
    public void AsyncWith() => RunWaiting(_waitingWith);

    [Benchmark(Baseline = true), BenchmarkCategory("anonymous")]
    public void AnonymousWithout() => RunAuthenticating(_authenticatingWithout);

    [Benchmark, BenchmarkCategory("anonymous")]
    public void AnonymousWith() => RunAuthenticating(_authenticatingWith);

    private static Task Answer(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task AnswerLaterAsync(HttpContext context)
    {
        await _signal.WaitAsync();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private void Run(Pipeline pipeline)
    {
        if (!Start(pipeline).IsCompletedSuccessfully) throw new InvalidOperationException("The request waits.");
    }

    private void RunWaiting(Pipeline pipeline)
    {
        var request = Start(pipeline);
        if (request.IsCompleted) throw new InvalidOperationException("The request did not wait.");
        _signal.Set();
        if (!request.IsCompletedSuccessfully) throw new InvalidOperationException("The request still waits.");
    }

    /// <summary>A request without a cookie to an app that authenticates each one, in a scope of its own.</summary>
    private void RunAuthenticating(Pipeline pipeline)
    {
        using var scope = pipeline.Services.CreateScope();
        _context.RequestServices = scope.ServiceProvider;
        Run(pipeline);
    }

    /// <summary>The features of a connection are used again for its next request, as Kestrel does it.</summary>
    private Task Start(Pipeline pipeline)
    {
        _context.Features.Set<MfaRequestState>(null);
        return pipeline.Run(_context);
    }
}
