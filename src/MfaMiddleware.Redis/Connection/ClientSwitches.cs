using System.Reflection;
using StackExchange.Redis;

namespace MfaMiddleware.Redis.Connection;

/// <summary>What only some versions of StackExchange.Redis have: the sources are built with any of them, so these are looked for when they run.</summary>
internal static class ClientSwitches
{
    private static readonly PropertyInfo? User = typeof(ConfigurationOptions).GetProperty("User");
    private static readonly PropertyInfo? Backlog = typeof(ConfigurationOptions).GetProperty("BacklogPolicy");
    private static readonly PropertyInfo? FailFast = Backlog?.PropertyType.GetProperty("FailFast");
    private static readonly PropertyInfo? Limit = typeof(ConfigurationOptions).GetProperty("AsyncTimeout");
    private static readonly PropertyInfo? Order = typeof(ConnectionMultiplexer).GetProperty("PreserveAsyncOrder");

    /// <summary>Whether the client can say who it is; 1.x knows no users.</summary>
    public static bool HasUser => User is not null;

    public static void SetUser(ConfigurationOptions settings, string? user) => User?.SetValue(settings, user);

    /// <summary>
    /// Has a call without a connection fail at once, with the reason, as it does in 1.x: later versions keep it until there is one, and what is kept can be neither repeated
    /// elsewhere nor explained.
    /// </summary>
    public static void KeepNothingBack(ConfigurationOptions settings)
    {
        if (FailFast is not null) Backlog!.SetValue(settings, FailFast.GetValue(null));
    }

    /// <summary>Has the client give no call up sooner than it is given up here; 1.x never does.</summary>
    public static void WaitAsLongAs(ConfigurationOptions settings, TimeSpan limit)
    {
        var milliseconds = (int)limit.TotalMilliseconds;
        if (Limit?.GetValue(settings) is int shorter && shorter < milliseconds) Limit.SetValue(settings, milliseconds);
    }

    /// <summary>Has 1.x give its answers on threads of their own, not one after the other; where later versions still have the switch, setting it is an error.</summary>
    public static void AnswerInParallel(ConnectionMultiplexer multiplexer)
    {
        if (typeof(ConnectionMultiplexer).Assembly.GetName().Version?.Major < 2) Order?.SetValue(multiplexer, false);
    }
}
