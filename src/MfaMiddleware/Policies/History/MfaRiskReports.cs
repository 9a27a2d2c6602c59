using MfaMiddleware.Interposition;
using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.Policies.History;

/// <summary>What only the host sees, and the risk signals need to hear of. A request has a line for each: <c>context.ReportFailedSignIn(…)</c>.</summary>
public sealed class MfaRiskReports
{
    private readonly HistoryKeeper _keeper;
    private readonly HistoryWriter _writer;
    private readonly NetworkActivity _activity;
    private readonly TimeProvider _time;

    internal MfaRiskReports(HistoryKeeper keeper, HistoryWriter writer, NetworkActivity activity, TimeProvider time) =>
        (_keeper, _writer, _activity, _time) = (keeper, writer, activity, time);

    /// <summary>Reports a primary sign-in that failed: a wrong password.</summary>
    /// <param name="subject">The user; null where the name that was typed is nobody's.</param>
    /// <param name="typedName">What was typed, for counting the users whom one network tries; kept in memory for minutes, and nowhere else.</param>
    /// <param name="address">The network address of the request.</param>
    public void SignInFailed(MfaSubject? subject, string? typedName, System.Net.IPAddress? address)
    {
        var (now, network) = (_time.GetUtcNow(), Network.Of(address));
        _activity.Failed(network, subject is { } known ? $"{known.Realm}\n{known.Id}" : $"?{typedName}", now);
        if (subject is { } user) _writer.Enqueue(user, history => history.Failed(new FailedSignIn(now, FailureKind.Password, network)));
    }

    /// <summary>Reports a new password: every known and trusted device of the user is void from now on.</summary>
    /// <param name="subject">The user.</param>
    /// <param name="wasReset">Whether it was set without the old one: by a link in a mail, by a help desk.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is kept.</returns>
    /// <exception cref="MfaUnavailableException">It could not be kept.</exception>
    public Task PasswordChangedAsync(MfaSubject subject, bool wasReset, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var change = new AccountChange(now, wasReset ? ChangeKind.PasswordReset : ChangeKind.Password);
        return ChangeAsync(subject, history => history.Changed(change) with { DevicesVoidBefore = now }, cancellationToken);
    }

    /// <summary>Makes every known and trusted device of a user void: "sign out everywhere".</summary>
    /// <param name="subject">The user.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When it is kept.</returns>
    /// <exception cref="MfaUnavailableException">It could not be kept.</exception>
    public Task SignedOutEverywhereAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return ChangeAsync(subject, history => history with { DevicesVoidBefore = now }, cancellationToken);
    }

    private async Task ChangeAsync(MfaSubject subject, Func<SignInHistory, SignInHistory> change, CancellationToken cancellationToken)
    {
        // Fail closed: the host must not believe that a thief's browser is forgotten.
        if (!await _keeper.ChangeAsync(subject, change, cancellationToken)) throw new MfaUnavailableException();
    }
}
