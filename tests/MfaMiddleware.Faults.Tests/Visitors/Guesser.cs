using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>Knows passwords and no codes: opens sign-ins side by side and sends wrong codes to both nodes at once, to see which of them count.</summary>
internal sealed class Guesser(Visits visits, IReadOnlyList<(string User, TotpDevice Device)> victims)
{
    private const int AtOnce = 3;

    public async Task RunAsync(CancellationToken stop)
    {
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var (user, device) = victims[turn % victims.Count];
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => GuessAsync(user, device, i, stop)));
            // All of them must wait by now.
            if (turn >= victims.Count) await Pause.AfterRefusalAsync();
        }
    }

    private async Task GuessAsync(string user, TotpDevice device, int variant, CancellationToken stop)
    {
        if (await visits.StartAsync(user, variant % 2) is not { } signIn) return;
        Outcome[] outcomes;
        do
        {
            var code = device.WrongCode(variant);
            outcomes = await Task.WhenAll(visits.AnswerAsync(signIn, 0, code, null, "totp"), visits.AnswerAsync(signIn, 1, code, null, "totp"));
            if (outcomes.Contains(Outcome.Unavailable)) await Pause.AfterRefusalAsync();
        }
        while (!stop.IsCancellationRequested && outcomes.Any(o => o is Outcome.Wrong or Outcome.Unavailable));
    }
}
