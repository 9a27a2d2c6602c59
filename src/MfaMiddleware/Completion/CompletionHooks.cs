namespace MfaMiddleware.Completion;

/// <summary>The host's callbacks, in the order of registration.</summary>
internal sealed class CompletionHooks
{
    private readonly List<Func<MfaCompletingContext, Task>> _hooks = [];

    public void Add(Func<MfaCompletingContext, Task> hook) => _hooks.Add(hook);

    /// <summary>Whether no callback refused.</summary>
    public async Task<bool> RunAsync(MfaCompletingContext context)
    {
        foreach (var hook in _hooks)
        {
            await hook(context);
            if (context.IsRefused) return false;
        }

        return true;
    }
}
