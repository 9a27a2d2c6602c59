namespace MfaMiddleware.Tests.Conventions.Compose;

/// <summary>
/// A compose file by the paths of its values: <c>services:redis:image</c>, items of lists by their number. It reads what such a file needs of YAML (maps,
/// lists, an anchor that a <c>&lt;&lt;</c> takes in, quotes), and refuses what it doesn't know.
/// </summary>
internal sealed class ComposeFile
{
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _anchors = [];

    public ComposeFile(IEnumerable<string> lines)
    {
        var open = new Stack<(int Indent, string Path)>([(-1, "")]);
        var items = new Dictionary<string, int>();
        foreach (var line in lines.Where(line => line.TrimStart() is not ("" or ['#', ..])))
        {
            var indent = line.Length - line.TrimStart(' ').Length;
            while (open.Peek().Indent >= indent) open.Pop();
            var parent = open.Peek().Path;
            var (key, value) = Split(line.Trim());
            if (key is "-") key = $"{items[parent] = items.GetValueOrDefault(parent, -1) + 1}";
            var path = parent.Length == 0 ? key : $"{parent}:{key}";
            if (!items.TryAdd(path, -1)) throw new FormatException($"'{path}' is there twice.");
            open.Push((indent, path));
            Keep(parent, path, value);
        }
    }

    public string this[string path] => _values[path];

    /// <summary>The names below a path.</summary>
    public IReadOnlyList<string> Names(string path) =>
        [.. _values.Keys.Where(key => key.StartsWith($"{path}:", StringComparison.Ordinal)).Select(key => key[(path.Length + 1)..].Split(':')[0]).Distinct()];

    public Dictionary<string, string> Map(string path) => Names(path).ToDictionary(name => name, name => _values[$"{path}:{name}"]);

    private void Keep(string parent, string path, string value)
    {
        if (value.StartsWith('&')) _anchors[value[1..]] = path;
        else if (value.StartsWith('*')) TakeIn(parent, _anchors[value[1..]]);
        else if (value.Length > 0) _values[path] = value;
    }

    // What a taker writes below wins, value by value; YAML puts a taker's map in the place of the whole map.
    private void TakeIn(string parent, string anchor)
    {
        foreach (var (key, value) in _values.Where(v => v.Key.StartsWith($"{anchor}:", StringComparison.Ordinal)).ToList())
            _values[$"{parent}{key[anchor.Length..]}"] = value;
    }

    private static (string Key, string Value) Split(string text)
    {
        if (text.StartsWith("- ", StringComparison.Ordinal)) return ("-", Unquoted(text[2..]));
        if (text.EndsWith(':')) return (text[..^1], "");
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        if (colon < 0 || text.Contains('\t', StringComparison.Ordinal) || text.Contains(" #", StringComparison.Ordinal)) throw new FormatException($"What is '{text}'?");
        return (text[..colon], Unquoted(text[(colon + 2)..]));
    }

    private static string Unquoted(string value) => value is ['"', .. var inner, '"'] ? inner : value;
}
