using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies.Signals.Files;

/// <summary>Says what became of a file that changed.</summary>
internal sealed partial class FileReport(ILogger<FileReport> logger)
{
    public void Renewed(string path, string? content) => Log.Renewed(logger, path, content);

    public void Refused(string path, string problem) => Log.Refused(logger, path, problem);

    public void Unreadable(string path, Exception exception) => Log.Unreadable(logger, path, exception);

    private static partial class Log
    {
        [LoggerMessage(280, LogLevel.Information, "The changed file {Path} is in force: {Content}.")]
        public static partial void Renewed(ILogger logger, string path, string? content);

        [LoggerMessage(281, LogLevel.Error, "The changed file {Path} can't be used; what was read before stays in force: {Problem}")]
        public static partial void Refused(ILogger logger, string path, string problem);

        [LoggerMessage(282, LogLevel.Error, "The file {Path} can't be read any more; what was read before stays in force.")]
        public static partial void Unreadable(ILogger logger, string path, Exception exception);
    }
}
