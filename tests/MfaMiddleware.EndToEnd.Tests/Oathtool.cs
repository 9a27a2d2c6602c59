using System.Diagnostics;
using System.Globalization;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>An authenticator app that isn't ours: the codes come from oathtool.</summary>
internal static class Oathtool
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>The code of a base32 secret, so many steps of 30 seconds from now: 0 is now, 1 the next step.</summary>
    public static Task<string> CodeAsync(string secret, int step = 0) =>
        CodeAtAsync(secret, TimeProvider.System.GetUtcNow() + (step * Step));

    public static async Task<string> CodeAtAsync(string secret, DateTimeOffset time)
    {
        var now = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var info = new ProcessStartInfo(Executable.Find("oathtool"), ["--totp", "--base32", $"--now=@{now}", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        await process.StandardInput.WriteLineAsync(secret);
        process.StandardInput.Close();

        var output = await process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"oathtool: {error}");
    }
}
