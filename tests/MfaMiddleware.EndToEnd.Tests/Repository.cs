namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>Where things are in the clone that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>"Debug" or "Release": what these tests were built as, and so the samples too.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static string SampleDirectory(string sample) => Path.Combine(Root, "samples", sample);

    public static string SampleAssembly(string sample) =>
        Path.Combine(SampleDirectory(sample), "bin", Configuration, "net10.0", $"{sample}.dll");

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "MfaMiddleware.sln")))
                return directory.FullName;
        }

        throw new InvalidOperationException($"No MfaMiddleware.sln above {AppContext.BaseDirectory}.");
    }
}
