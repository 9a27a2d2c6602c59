namespace MfaMiddleware;

/// <summary>Bounds every call of a store or a method in time, and turns each of its failures into one exception.</summary>
internal sealed class StoreBudget(Func<MfaOptions> options, TimeProvider time)
{
    public async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken)
    {
        var timeout = options().StoreTimeout;
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var pending = call(linked.Token);
            // A store that ignores its token doesn't hold the request either.
            return pending.IsCompletedSuccessfully ? pending.Result : await pending.AsTask().WaitOrGiveUpAsync(linked.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
        {
            throw new MfaUnavailableException(new TimeoutException($"There was no answer within {timeout}.", e));
        }
        catch (Exception e)
        {
            throw new MfaUnavailableException(e);
        }
    }
}
