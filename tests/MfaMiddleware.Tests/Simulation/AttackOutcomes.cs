using System.Globalization;
using MfaMiddleware.TestKit.Simulation;

namespace MfaMiddleware.Tests.Simulation;

/// <summary>
/// What became of attacks, each a try of its own or the visits of one attacker to one account. Missed is one of which any sign-in passed without a
/// challenge, unless its attacker had answered one in that browser before: whoever holds the second factor is the owner to any engine.
/// </summary>
internal sealed class AttackOutcomes
{
    private readonly Dictionary<int, Outcome> _targeted = [];
    private readonly Dictionary<string, (int All, int Missed)> _stories = [];

    public int All => _stories.Values.Sum(s => s.All);

    public int Missed => _stories.Values.Sum(s => s.Missed);

    public double CaughtShare => 1 - (Missed / (double)All);

    /// <summary>Another world: its attacks are numbered anew.</summary>
    public void Begin() => _targeted.Clear();

    public void Add(SimulatedSignIn row, bool isAsked)
    {
        if (row.Attack is not { } number)
        {
            Count(row.Story, 1, isAsked ? 0 : 1);
            return;
        }

        if (!_targeted.TryGetValue(number, out var outcome)) Count(row.Story, 1, 0);
        if (outcome is Outcome.Missed or Outcome.Answered) return;
        if (!isAsked) Count(row.Story, 0, 1);
        _targeted[number] = !isAsked ? Outcome.Missed : row is { CanProve: true, Browser: not null } ? Outcome.Answered : Outcome.Caught;
    }

    public string Of(string story)
    {
        var (all, missed) = _stories[story];
        return string.Create(CultureInfo.InvariantCulture, $"attacks {all}, missed {missed}");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"attacks {All}, missed {Missed}, caught {CaughtShare:P2}");

    private void Count(string story, int all, int missed)
    {
        var (allBefore, missedBefore) = _stories.GetValueOrDefault(story);
        _stories[story] = (allBefore + all, missedBefore + missed);
    }

    private enum Outcome
    {
        Caught,
        Answered,
        Missed,
    }
}
