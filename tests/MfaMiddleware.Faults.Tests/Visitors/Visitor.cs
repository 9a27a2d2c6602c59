using MfaMiddleware.Faults.Tests.Histories;

namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>
/// Signs in without a pause, each sign-in begun on one node and answered on the other; of seven, two send their code to
/// both nodes at once, one sends two codes at once, one mistypes it first, one tries it again afterwards, and one does all of it.
/// </summary>
internal sealed class Visitor(Visits visits, Book book, int number)
{
    private const int Tries = 3;
    private readonly List<(SignIn SignIn, string Code, OneTime Claim, long At)> _accepted = [];

    /// <summary>When the last sign-in began that came to its end; 0 for none.</summary>
    public long LastSignIn { get; private set; }

    /// <summary>The visitor leaves after a sign-in that began later.</summary>
    public long LeavesAfter { get; set; } = long.MaxValue;

    public async Task RunAsync(CancellationToken stop)
    {
        for (var round = number; !stop.IsCancellationRequested && LastSignIn <= LeavesAfter; round++)
        {
            if (book.Next() is not var (claim, code)) await Pause.ShortAsync();
            else if (await visits.StartAsync(claim.User, round % 2) is { } signIn) await PlayAsync(round, signIn, claim, code);
            else await Pause.AfterRefusalAsync();
        }
    }

    /// <summary>Sends again what was accepted in a time: nothing of it may pass.</summary>
    public async Task ReplayAsync(long from)
    {
        foreach (var (signIn, code, claim, _) in _accepted.Where(a => a.At >= from).Take(2).ToList())
        {
            await visits.AnswerAsync(signIn, number % 2, code, claim, claim.Method);
            if (await visits.StartAsync(claim.User, number % 2) is { } another) await visits.AnswerAsync(another, 1 - (number % 2), code, claim, claim.Method);
        }
    }

    private async Task PlayAsync(int round, SignIn signIn, OneTime claim, string code)
    {
        book.Sent(claim);
        var other = 1 - (round % 2);
        switch (round % 7)
        {
            case 1:
                await Task.WhenAll(TryAsync(signIn, 0, claim, code), TryAsync(signIn, 1, claim, code));
                break;
            case 2:
                if (await visits.StartAsync(claim.User, other) is not { } second) break;
                await Task.WhenAll(TryAsync(signIn, other, claim, code), TryAsync(second, 1 - other, claim, code));
                break;
            case 3:
                await visits.AnswerAsync(signIn, other, book.Wrong(claim), null, claim.Method is "recovery_code" ? "totp" : claim.Method);
                await TryAsync(signIn, 1 - other, claim, code);
                break;
            case 4:
                await TryAsync(signIn, other, claim, code);
                await TryAsync(signIn, 1 - other, claim, code);
                if (await visits.StartAsync(claim.User, other) is { } again) await TryAsync(again, 1 - other, claim, code);
                break;
            case 5:
                if (await visits.StartAsync(claim.User, other) is not { } twin) break;
                await Task.WhenAll(TryAsync(signIn, 0, claim, code), TryAsync(signIn, 1, claim, code), TryAsync(twin, 0, claim, code), TryAsync(twin, 1, claim, code));
                break;
            case 6 when book.Next() is var (next, nextCode) && next.User == claim.User:
                book.Sent(next);
                await Task.WhenAll(TryAsync(signIn, 0, claim, code), TryAsync(signIn, 1, next, nextCode));
                break;
            default:
                await TryAsync(signIn, other, claim, code);
                break;
        }
    }

    /// <summary>Who reads "try again" does, with the same code, on the other node.</summary>
    private async Task TryAsync(SignIn signIn, int node, OneTime claim, string code)
    {
        var outcome = await visits.AnswerAsync(signIn, node, code, claim, claim.Method);
        for (var tries = 1; outcome == Outcome.Unavailable && tries < Tries; tries++)
        {
            await Pause.AfterRefusalAsync();
            outcome = await visits.AnswerAsync(signIn, 1 - node, code, claim, claim.Method);
        }

        if (outcome != Outcome.Accepted) return;
        lock (_accepted) _accepted.Add((signIn, code, claim, TimeProvider.System.GetTimestamp()));
        LastSignIn = signIn.Started;
        book.Accepted(claim);
    }
}
