namespace MfaMiddleware.Policies.Signals.Geo.Csv;

/// <summary>One line of a table with commas (RFC 4180), cut into its fields; a field with a line break in it isn't read.</summary>
internal ref struct CsvRow
{
    /// <summary>More columns than any table of places has.</summary>
    public const int MostFields = 64;

    private readonly Span<Range> _fields;

    /// <param name="fields">Room for the fields.</param>
    public CsvRow(Span<Range> fields) => _fields = fields;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The text of a field, without its quotes; doubled quotes in it stay.</summary>
    public readonly Range this[int index] => _fields[index];

    /// <summary>Cuts a line.</summary>
    /// <returns>Whether each quote is closed, and there is room for the fields.</returns>
    public bool TrySplit(ReadOnlySpan<char> line)
    {
        Count = 0;
        for (var start = 0; start <= line.Length;)
        {
            if (Count == _fields.Length) return false;
            var end = start < line.Length && line[start] == '"' ? EndOfQuoted(line, start) : EndOf(line, start);
            if (end < 0) return false;

            var isQuoted = start < end && line[start] == '"';
            _fields[Count++] = isQuoted ? (start + 1)..(end - 1) : start..end;
            start = end + 1;
        }

        return true;
    }

    private static int EndOf(ReadOnlySpan<char> line, int start)
    {
        var length = line[start..].IndexOf(',');
        return length < 0 ? line.Length : start + length;
    }

    private static int EndOfQuoted(ReadOnlySpan<char> line, int start)
    {
        for (var i = start + 1; i < line.Length; i++)
        {
            if (line[i] != '"') continue;
            if (i + 1 == line.Length || line[i + 1] == ',') return i + 1;
            if (line[++i] != '"') return -1;
        }

        return -1;
    }
}
