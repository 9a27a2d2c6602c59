namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>What a client waits before it tries again; no test waits for it.</summary>
internal static class Pause
{
    /// <summary>What a 503 asks for, or less.</summary>
    public static Task AfterRefusalAsync() => Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);

    public static Task ShortAsync() => Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);

    /// <summary>Until a condition holds, within a limit.</summary>
    public static async Task UntilAsync(Func<bool> condition, TimeSpan limit, Func<string> otherwise)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > limit) throw new TimeoutException(otherwise());
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }
}
