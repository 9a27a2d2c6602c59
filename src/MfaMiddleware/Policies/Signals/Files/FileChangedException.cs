namespace MfaMiddleware.Policies.Signals.Files;

/// <summary>A file was written to while it was read.</summary>
internal sealed class FileChangedException(string path)
    : IOException($"{path}: it was written to while it was read. Write the new file beside it, and move it over the old one.");
