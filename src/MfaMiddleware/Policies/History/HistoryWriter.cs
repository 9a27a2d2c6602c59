using System.Net;
using System.Threading.Channels;
using MfaMiddleware.Policies.Signals;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies.History;

/// <summary>Changes of histories that nobody waits for: in their order, in a bounded queue, in the background.</summary>
internal sealed partial class HistoryWriter : IAsyncDisposable
{
    private const int MaxWaiting = 10_000;
    private const int MaxBatch = 100;
    private static readonly TimeSpan MaxDrain = TimeSpan.FromSeconds(5);

    private readonly Channel<Entry> _waiting = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly HistoryKeeper _keeper;
    private readonly HistorySweep _sweep;
    private readonly ILogger<HistoryWriter> _logger;
    private readonly IGeoLocator? _locator;
    private readonly Task _writing;

    public HistoryWriter(HistoryKeeper keeper, HistorySweep sweep, ILogger<HistoryWriter> logger, IGeoLocator? locator = null)
    {
        (_keeper, _sweep, _logger, _locator) = (keeper, sweep, logger, locator);
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Applies a change later. What can't be kept is no reason to hold a sign-in: the next decision knows less, and asks.</summary>
    public void Enqueue(MfaSubject subject, Func<SignInHistory, SignInHistory?> change) => Enqueue(new Entry(subject, null, (history, _) => change(history), null));

    /// <summary>The same, with the place of an address.</summary>
    public void Enqueue(MfaSubject subject, IPAddress? address, Func<SignInHistory, GeoLocation?, SignInHistory?> change) => Enqueue(new Entry(subject, address, change, null));

    /// <summary>When everything that waits now is written.</summary>
    public async Task FlushAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync(new Entry(default, null, null, done));
        await done.Task;
    }

    private void Enqueue(Entry entry)
    {
        if (!_waiting.Writer.TryWrite(entry)) Log.Full(_logger);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(MaxDrain, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Log.NotDrained(_logger);
        }
    }

    private async Task WriteAllAsync()
    {
        var batch = new List<Entry>(MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var entry)) batch.Add(entry);
            // A user's changes are one write: whoever floods one account with wrong passwords doesn't fill the queue for the others.
            foreach (var user in batch.Where(e => e.Change is not null).GroupBy(e => e.Subject)) await WriteAsync(user.Key, [.. user]);
            foreach (var flushed in batch.Where(e => e.Done is not null)) flushed.Done!.SetResult();
            batch.Clear();
            await _sweep.RunWhenDueAsync();
        }
    }

    private async Task WriteAsync(MfaSubject subject, IReadOnlyList<Entry> entries)
    {
        try
        {
            var places = new GeoLocation?[entries.Count];
            for (var i = 0; i < places.Length; i++) places[i] = await LocateAsync(entries[i].Address);
            await _keeper.ChangeAsync(subject, history => Apply(entries, places, history), CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.NotWritten(_logger, e);
        }
    }

    private SignInHistory Apply(IReadOnlyList<Entry> entries, GeoLocation?[] places, SignInHistory history)
    {
        for (var i = 0; i < places.Length; i++)
        {
            try
            {
                history = entries[i].Change!(history, places[i]) ?? history;
            }
            catch (Exception e)
            {
                Log.NotWritten(_logger, e);
            }
        }

        return history;
    }

    private async ValueTask<GeoLocation?> LocateAsync(IPAddress? address)
    {
        if (_locator is null || address is null) return null;
        try
        {
            using var deadline = new CancellationTokenSource(MaxDrain);
            return await _locator.LocateAsync(address, deadline.Token).AsTask().WaitOrGiveUpAsync(deadline.Token);
        }
        catch (Exception e)
        {
            Log.NotLocated(_logger, e);
            return null;
        }
    }

    private sealed record Entry(MfaSubject Subject, IPAddress? Address, Func<SignInHistory, GeoLocation?, SignInHistory?>? Change, TaskCompletionSource? Done);

    private static partial class Log
    {
        [LoggerMessage(222, LogLevel.Warning, "An entry of a user's sign-in history could not be written.")]
        public static partial void NotWritten(ILogger logger, Exception exception);

        [LoggerMessage(224, LogLevel.Warning, "Entries of sign-in histories come faster than they can be written; one was left out.")]
        public static partial void Full(ILogger logger);

        [LoggerMessage(226, LogLevel.Warning, "The geo locator failed: a sign-in is kept without its place.")]
        public static partial void NotLocated(ILogger logger, Exception exception);

        [LoggerMessage(223, LogLevel.Warning, "The last entries of sign-in histories were not written before the end of the app.")]
        public static partial void NotDrained(ILogger logger);
    }
}
