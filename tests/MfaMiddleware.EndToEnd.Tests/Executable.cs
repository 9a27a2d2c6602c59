namespace MfaMiddleware.EndToEnd.Tests;

internal static class Executable
{
    /// <summary>The full path of a program on PATH. An absent one fails the test: it never skips it.</summary>
    public static string Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"'{name}' isn't on PATH. eng/test.sh installs what the tests need.");
}
