namespace MfaMiddleware.Redis.Startup;

/// <summary>Reads the section <c>memory</c> of a server's INFO.</summary>
internal static class EvictionPolicy
{
    /// <summary>The policy of a server that may throw keys out; null for one that doesn't.</summary>
    public static string? Find(string info)
    {
        string? limit = null, policy = null;
        foreach (var line in info.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("maxmemory:", StringComparison.Ordinal)) limit = line["maxmemory:".Length..];
            if (line.StartsWith("maxmemory_policy:", StringComparison.Ordinal)) policy = line["maxmemory_policy:".Length..];
        }

        return limit is null or "0" || policy is null or "noeviction" ? null : policy;
    }
}
