using System.Globalization;
using System.Text;

namespace MfaMiddleware.Policies.History;

/// <summary>Takes the lines off the log that are older than anything may be kept, without reading the rest of it.</summary>
internal static class LogRetention
{
    /// <summary>A quotation mark inside of a value is escaped, so that no value can look like it.</summary>
    private static ReadOnlySpan<byte> TimeOfLine => "\"at\":\""u8;

    /// <param name="log">Lines of JSON, oldest first.</param>
    /// <param name="oldest">What is older goes, and with it a line that names no time: it is about a sign-in that went before.</param>
    public static ReadOnlyMemory<byte> Since(ReadOnlyMemory<byte> log, DateTimeOffset oldest)
    {
        while (log.Span.IndexOf((byte)'\n') is var end and >= 0 && !IsYoung(log.Span[..end], oldest)) log = log[(end + 1)..];
        return log;
    }

    private static bool IsYoung(ReadOnlySpan<byte> line, DateTimeOffset oldest)
    {
        var start = line.IndexOf(TimeOfLine);
        if (start < 0) return false;
        var value = line[(start + TimeOfLine.Length)..];
        var end = value.IndexOf((byte)'"');
        return end > 0 && DateTimeOffset.TryParse(Encoding.UTF8.GetString(value[..end]), CultureInfo.InvariantCulture, out var at) && at >= oldest;
    }
}
