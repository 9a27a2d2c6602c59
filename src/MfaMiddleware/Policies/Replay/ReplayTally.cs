using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Policies.Replay;

/// <summary>Counts replayed sign-ins and their users, and keeps no identity.</summary>
internal sealed class ReplayTally(MfaReplayRequest request)
{
    private readonly Dictionary<(MfaOutcome Before, MfaOutcome After), Count> _moves = [];
    private readonly Dictionary<(string Rule, MfaOutcome Outcome), (Count Before, Count After)> _rules = [];
    private readonly Dictionary<(string Signal, string Code), (Count Before, Count After)> _signals = [];
    private readonly Dictionary<MfaOutcome, (Count Before, Count After)> _outcomes = [];
    private readonly Count _all = new();
    private int _user;
    private int _cut;

    public int SignIns => _all.SignIns;

    /// <summary>All sign-ins of one user.</summary>
    public async Task AddAsync(IAsyncEnumerable<ReplayedSignIn> signIns)
    {
        _user++;
        var isFirst = true;
        await foreach (var signIn in signIns)
        {
            if (isFirst && signIn.Record.At >= request.From && signIn.HasEarlier) _cut++;
            isFirst = false;
            if (!(signIn.Record.At < request.From) && !(signIn.Record.At >= request.To)) Add(signIn.Record.Outcome, signIn);
        }
    }

    public MfaReplayReport ToReport() => new()
    {
        From = request.From,
        To = request.To,
        Realm = request.Realm,
        SignIns = _all.SignIns,
        Users = _all.Users,
        UsersCutShort = _cut,
        Outcomes = [.. Enum.GetValues<MfaOutcome>().Select(o => Change(CodeOf(o), null, _outcomes.GetValueOrDefault(o)))],
        Changes = [.. _moves.Where(m => m.Key.Before != m.Key.After).OrderByDescending(m => m.Value.SignIns).ThenBy(m => m.Key)
            .Select(m => new MfaReplayMove(m.Key.Before, m.Key.After, m.Value.SignIns, m.Value.Users))],
        Rules = [.. _rules.OrderBy(r => r.Key.Rule, StringComparer.Ordinal).ThenBy(r => r.Key.Outcome).Select(r => Change(r.Key.Rule, CodeOf(r.Key.Outcome), r.Value))],
        Signals = [.. _signals.OrderByDescending(s => s.Value.After.SignIns).ThenBy(s => s.Key.Code, StringComparer.Ordinal)
            .Select(s => Change(s.Key.Signal, s.Key.Code, s.Value))],
    };

    public static string CodeOf(MfaOutcome outcome) => outcome switch
    {
        MfaOutcome.NotRequired => "pass",
        MfaOutcome.Required => "challenge",
        MfaOutcome.EnrollmentRequired => "must_enroll",
        _ => "deny",
    };

    private void Add(MfaOutcome before, ReplayedSignIn signIn)
    {
        var after = signIn.Decision.Outcome;
        _all.Add(_user);
        if (!_moves.TryGetValue((before, after), out var move)) _moves[(before, after)] = move = new Count();
        move.Add(_user);
        Of(_outcomes, before).Before.Add(_user);
        Of(_outcomes, after).After.Add(_user);
        Of(_rules, (signIn.Record.Rule, before)).Before.Add(_user);
        Of(_rules, (signIn.Decision.Rule, after)).After.Add(_user);
        foreach (var finding in Against(signIn.Record.Risk)) Of(_signals, finding).Before.Add(_user);
        foreach (var finding in Against(signIn.Decision.Risk)) Of(_signals, finding).After.Add(_user);
    }

    private static IEnumerable<(string, string)> Against(RiskAssessment? risk) => risk?.Findings.Where(f => f.IsSuspicious).Select(f => (f.Signal, f.Code)) ?? [];

    private static (Count Before, Count After) Of<T>(Dictionary<T, (Count Before, Count After)> counts, T key)
        where T : notnull => counts.TryGetValue(key, out var count) ? count : counts[key] = (new Count(), new Count());

    private static MfaReplayCount Change(string name, string? code, (Count? Before, Count? After) count) =>
        new(name, code, count.Before?.SignIns ?? 0, count.Before?.Users ?? 0, count.After?.SignIns ?? 0, count.After?.Users ?? 0);

    /// <summary>Users come one after the other, so that the number of the last tells them apart.</summary>
    private sealed class Count
    {
        private int _last;

        public int SignIns { get; private set; }

        public int Users { get; private set; }

        public void Add(int user)
        {
            SignIns++;
            if (user == _last) return;
            _last = user;
            Users++;
        }
    }
}
