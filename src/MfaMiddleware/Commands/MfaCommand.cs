using MfaMiddleware.Policies.Replay;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Commands;

/// <summary>Where a command writes.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">What went wrong, and how far it is.</param>
/// <param name="IsInteractive">Whether somebody looks at <paramref name="Error"/> as it comes.</param>
internal sealed record CommandTerminal(TextWriter Out, TextWriter Error, bool IsInteractive);

/// <summary>The commands, by name.</summary>
internal static class MfaCommand
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int CalledWrongly = 2;
    public const int SettingsInvalid = 3;

    private const string Usage = """
        Usage: dotnet run -- mfa replay --settings <file> [options]

        Runs the recorded sign-ins again under changed settings, and reports what would have become of them. Nothing is written to the stores.

          --settings <file>   JSON with a section "Mfa": what differs from the settings in force
          --from <time>       the first moment that counts, e.g. 2026-10-01 or 2026-10-01T08:00Z (UTC unless it says otherwise)
          --to <time>         the first moment that no longer counts
          --realm <name>      only users of this realm
          --format <format>   text (default), json or html
          --out <file>        the file to write; the standard output if not given
          --help              this text

        Exit codes: 0 done, 1 failed, 2 called wrongly, 3 the changed settings can't work.
        """;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IServiceProvider services, string[] args, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        if (args is ["--help" or "-h"] or ["replay", "--help" or "-h"])
        {
            await terminal.Out.WriteLineAsync(Usage);
            return Done;
        }

        if (args is not ["replay", ..]) return await RefuseAsync(terminal, args.Length == 0 ? "A command is missing." : $"There is no command '{args[0]}'.");
        var (arguments, complaint) = ReplayArguments.Parse(args[1..]);
        if (arguments is null) return await RefuseAsync(terminal, complaint!);
        try
        {
            await ReplayAsync(services, arguments, terminal, cancellationToken);
            return Done;
        }
        catch (OptionsValidationException e)
        {
            await terminal.Error.WriteLineAsync($"The changed settings can't work:{Environment.NewLine}{string.Join(Environment.NewLine, e.Failures)}");
            return SettingsInvalid;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MfaUnavailableException or FormatException or OperationCanceledException)
        {
            await terminal.Error.WriteLineAsync($"The replay failed: {e.Message} {e.InnerException?.Message}".TrimEnd());
            return Failed;
        }
    }

    private static async Task<int> RefuseAsync(CommandTerminal terminal, string complaint)
    {
        await terminal.Error.WriteLineAsync($"{complaint} Call it with --help to see what there is.");
        return CalledWrongly;
    }

    private static async Task ReplayAsync(IServiceProvider services, ReplayArguments arguments, CommandTerminal terminal, CancellationToken cancellationToken)
    {
        var changed = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(arguments.Settings), optional: false).Build();
        var progress = new ProgressLine(terminal);
        var request = new MfaReplayRequest { From = arguments.From, To = arguments.To, Realm = arguments.Realm, Progress = progress };
        var report = await services.GetRequiredService<MfaPolicyReplay>().RunAsync(changed, request, cancellationToken);
        progress.End();
        var text = arguments.Format switch { "json" => report.ToJson(), "html" => report.ToHtml(), _ => report.ToText() };
        if (arguments.Out is { } file) await File.WriteAllTextAsync(file, text, cancellationToken);
        else await terminal.Out.WriteLineAsync(text);
    }
}
