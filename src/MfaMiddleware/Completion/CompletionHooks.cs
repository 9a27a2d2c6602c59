namespace MfaMiddleware.Completion;

/// <summary>One callback of the host.</summary>
internal sealed record CompletionHook(Func<MfaCompletingContext, Task> RunAsync);

/// <summary>The host's callbacks, in the order of registration.</summary>
internal sealed class CompletionHooks(IEnumerable<CompletionHook> hooks)
{
    /// <summary>Whether no callback refused.</summary>
    public async Task<bool> RunAsync(MfaCompletingContext context)
    {
        foreach (var hook in hooks)
        {
            await hook.RunAsync(context);
            if (context.IsRefused) return false;
        }

        return true;
    }
}
