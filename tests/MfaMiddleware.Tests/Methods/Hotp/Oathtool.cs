using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Hotp;

/// <summary>The independent implementation (package <c>oathtool</c>).</summary>
internal static class Oathtool
{
    /// <summary>Runs it and gives back the codes it prints.</summary>
    public static string[] Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("oathtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"oathtool {string.Join(' ', start.ArgumentList)}: {error.Result}");
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Win32Exception e)
        {
            Assert.Fail($"oathtool can't be started ({e.Message}). The codes are compared with it: install the package oathtool.");
            throw;
        }
    }
}
