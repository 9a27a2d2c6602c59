using Microsoft.Win32.SafeHandles;

namespace MfaMiddleware.Policies.Signals.Files;

/// <summary>By what a changed file is told from the one that was read.</summary>
internal readonly record struct FileStamp(DateTime LastWrite, long Length)
{
    /// <summary>Of the open file: of what a link leads to, as a mounted configuration swaps links.</summary>
    public static FileStamp Of(SafeFileHandle file) => new(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));

    /// <summary>Opens a file that others may replace meanwhile.</summary>
    public static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16, FileOptions.SequentialScan);
}
