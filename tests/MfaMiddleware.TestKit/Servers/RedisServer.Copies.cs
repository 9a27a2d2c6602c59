using System.Globalization;

namespace MfaMiddleware.TestKit.Servers;

/// <summary>What a server keeps of its data elsewhere: on its disk, with its replica.</summary>
public sealed partial class RedisServer
{
    private string Log => Path.Combine(_folder.FullName, "appendonlydir", "appendonly.aof.1.incr.aof");

    /// <summary>How long the log of its writes is (<c>--appendonly yes</c>): what it has answered is in it.</summary>
    public long LogLength => new FileInfo(Log).Length;

    /// <summary>Takes the end off the log, as a machine does that goes down before its disk has it.</summary>
    public void CutLog(long length)
    {
        using var log = File.OpenWrite(Log);
        log.SetLength(length);
    }

    /// <summary>A line of a section of its INFO; null where there is none.</summary>
    public async Task<string?> FieldAsync(string section, string name)
    {
        var lines = (await CommandAsync("INFO", section)).Split('\n', StringSplitOptions.TrimEntries);
        return Array.Find(lines, l => l.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..];
    }

    /// <summary>Waits until a replica has all that this server has written.</summary>
    public async Task UntilCopiedAsync(RedisServer replica)
    {
        ArgumentNullException.ThrowIfNull(replica);
        await UntilAsync(replica, "replication", "master_link_status:up");
        var written = Number(await FieldAsync("replication", "master_repl_offset"));
        var began = TimeProvider.System.GetTimestamp();
        while (Number(await replica.FieldAsync("replication", "slave_repl_offset")) < written)
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience) throw new InvalidOperationException("The replica never had it all.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
