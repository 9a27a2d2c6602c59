namespace MfaMiddleware.Policies.Signals.Files;

/// <summary>A file of the host's that isn't what it should be; the message names the file, and the line where it has lines.</summary>
internal sealed class FileFormatException : Exception
{
    public FileFormatException(string path, string problem)
        : base($"{path}: {problem}")
    {
    }

    public FileFormatException(string path, int line, string problem)
        : base($"{path}, line {line}: {problem}")
    {
    }
}
