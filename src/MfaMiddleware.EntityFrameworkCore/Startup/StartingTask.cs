using Microsoft.Extensions.Hosting;

namespace MfaMiddleware.EntityFrameworkCore.Startup;

/// <summary>Work before any hosted service starts, so that all of them find the store ready, in whatever order they were added.</summary>
internal abstract class StartingTask : IHostedLifecycleService
{
    public abstract Task StartingAsync(CancellationToken cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
