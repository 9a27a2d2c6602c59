using System.Text;
using MfaMiddleware.Policies.Signals.Files;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>Reads a list of addresses: one entry a line; <c>#</c> and <c>;</c> begin a comment.</summary>
internal static class AddressFile
{
    // Longer than any entry: what goes beyond isn't a list of addresses, and is not repeated into the log.
    private const int LongestEntry = 64;

    public static AddressSet Read(FileStream file) => new(Networks(file));

    /// <summary>The same of addresses that are trusted.</summary>
    public static AddressSet ReadTrusted(FileStream file)
    {
        var set = Read(file);

        // Fail closed: a list that trusts everybody is a slip, or somebody's try to switch the rule off.
        return set.IsEverything ? throw new FileFormatException(file.Name, AddressListRules.TrustsEverybody) : set;
    }

    private static IEnumerable<AddressNetwork> Networks(FileStream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            var entry = Entry(text);
            if (entry.Length == 0) continue;
            if (AddressNetwork.TryParse(entry.Span, out var network) is { } problem)
            {
                var quoted = entry.Length > LongestEntry ? $"{entry.Span[..LongestEntry]}…" : entry.ToString();
                throw new FileFormatException(file.Name, line, $"'{quoted}': {problem}");
            }

            yield return network;
        }
    }

    private static ReadOnlyMemory<char> Entry(string line)
    {
        var comment = line.AsSpan().IndexOfAny('#', ';');
        return (comment < 0 ? line.AsMemory() : line.AsMemory(0, comment)).Trim();
    }
}
