using MfaMiddleware.Commands;

namespace Microsoft.Extensions.Hosting;

/// <summary>The command line of MfaMiddleware, within the app.</summary>
public static class MfaCommandHostExtensions
{
    /// <summary>
    /// Runs <c>dotnet run -- mfa …</c> with the app's own stores and keys, without starting its server. In <c>Program.cs</c>, before <c>app.Run()</c>:
    /// <c>if (await app.RunMfaCommandAsync(args)) return;</c>. The exit code is 0, 1 where it failed, 2 where it was called wrongly, 3 where the changed settings can't work.
    /// </summary>
    /// <param name="host">The app.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>Whether it was a command: the app then has nothing more to do.</returns>
    public static async Task<bool> RunMfaCommandAsync(this IHost host, string[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(args);
        if (args is not ["mfa", ..]) return false;
        var terminal = new CommandTerminal(Console.Out, Console.Error, !Console.IsErrorRedirected);
        Environment.ExitCode = await MfaCommand.RunAsync(host.Services, args[1..], terminal, cancellationToken);
        return true;
    }
}
