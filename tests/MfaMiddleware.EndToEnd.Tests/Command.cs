using System.Diagnostics;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>A program, run to its end.</summary>
internal static class Command
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>What the program wrote. One that fails, or doesn't end, is an error with all that it said.</summary>
    public static async Task<string> RunAsync(string name, IEnumerable<string> arguments, string input = "", string? directory = null)
    {
        using var process = Process.Start(StartInfo(name, arguments, directory))!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();

        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await Task.WhenAll(output, error, process.WaitForExitAsync()).WaitAsync(Timeout);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}:\n{await output}\n{await error}");
        return await output;
    }

    private static ProcessStartInfo StartInfo(string name, IEnumerable<string> arguments, string? directory) =>
        new(Executable.Find(name), arguments)
        {
            WorkingDirectory = directory ?? Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
}
