using MfaMiddleware.Policies.Replay;

namespace MfaMiddleware.Commands;

/// <summary>Tells how far a long run is: in place where somebody watches, and rarely in a log.</summary>
internal sealed class ProgressLine(CommandTerminal terminal) : IProgress<MfaReplayProgress>
{
    private const int UsersPerStep = 100;
    private const int UsersPerLine = 10_000;

    private bool _isOpen;

    /// <summary>At once and on the caller's thread, so that no line comes after the report.</summary>
    public void Report(MfaReplayProgress value)
    {
        if (value.Users % (terminal.IsInteractive ? UsersPerStep : UsersPerLine) != 0) return;
        var text = $"{value.Users} users, {value.SignIns} sign-ins";
        if (!terminal.IsInteractive)
        {
            terminal.Error.WriteLine(text);
            return;
        }

        terminal.Error.Write($"\r{text}");
        _isOpen = true;
    }

    public void End()
    {
        if (_isOpen) terminal.Error.WriteLine();
        _isOpen = false;
    }
}
