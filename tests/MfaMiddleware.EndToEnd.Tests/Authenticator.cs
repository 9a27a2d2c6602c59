namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>
/// A person's authenticator app, which is oathtool. A server takes no code of a step that it has seen, and a test doesn't wait
/// for the clock: the second code is that of the next step, and so the server's window must reach one step ahead.
/// </summary>
internal sealed class Authenticator(string secret)
{
    private const int StepSeconds = 30;

    private long _lastStep;

    public Task<string> NextCodeAsync()
    {
        _lastStep = Math.Max(_lastStep + 1, PresentStep());
        return Oathtool.CodeAtAsync(secret, TimeOf(_lastStep));
    }

    /// <summary>A code of the right shape that is right in no step near the present one.</summary>
    public async Task<string> WrongCodeAsync()
    {
        var near = await Oathtool.CodesFromAsync(secret, TimeOf(PresentStep() - 3), 10);
        return Enumerable.Range(0, near.Length + 1).Select(digit => $"{digit:D6}").First(code => !near.Contains(code));
    }

    private static long PresentStep() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;

    private static DateTimeOffset TimeOf(long step) => DateTimeOffset.FromUnixTimeSeconds(step * StepSeconds);
}
