using System.Globalization;

namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>The codes of an authenticator app that isn't ours.</summary>
internal static class Oathtool
{
    public static async Task<string> CodeAtAsync(string secret, DateTimeOffset time) => (await CodesFromAsync(secret, time, 1))[0];

    /// <summary>The code that a token with a button shows at its press number <paramref name="counter"/>, from 0.</summary>
    public static async Task<string> CodeOfPressAsync(string secret, int counter) =>
        (await Command.RunAsync("oathtool", ["--hotp", "--base32", $"--counter={counter.ToString(CultureInfo.InvariantCulture)}", "-"], $"{secret}\n")).Trim();

    /// <summary>The code of that time and those of the steps that follow.</summary>
    public static async Task<string[]> CodesFromAsync(string secret, DateTimeOffset time, int count)
    {
        var now = time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var more = (count - 1).ToString(CultureInfo.InvariantCulture);
        // by standard input: a secret among the arguments would be everyone's who lists processes
        var output = await Command.RunAsync("oathtool", ["--totp", "--base32", $"--now=@{now}", $"--window={more}", "-"], $"{secret}\n");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
