using System.Globalization;
using System.Text.Json;
using MfaMiddleware.Faults.Tests.Histories;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Faults.Tests.Visitors;

/// <summary>Sends the requests of all clients, and writes down what was sent and what came back, and when.</summary>
internal sealed class Visits(IReadOnlyList<MfaClient> nodes, History history, Gate gate)
{
    private int _signIns;
    private int _inFlight;

    public History History => history;

    /// <summary>Sign-ins with an open challenge whose answers were sent and not answered yet.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Signs in with the first factor; null where no challenge came of it.</summary>
    public async Task<SignIn?> StartAsync(string user, int node)
    {
        var sent = TimeProvider.System.GetTimestamp();
        var (reply, outcome, note) = await SendAsync(() => nodes[node].LoginAsync(user));
        var operation = new Operation { Node = node, User = user, SignIn = "", Sent = sent, Answered = TimeProvider.System.GetTimestamp(), Outcome = outcome, Note = note };
        history.Add(await WithSessionAsync(operation, reply));
        if (outcome != Outcome.Started) return null;
        await gate.PassAsync();
        return new SignIn("s" + Interlocked.Increment(ref _signIns).ToString(CultureInfo.InvariantCulture), user, reply!.Token!, sent);
    }

    /// <summary>Answers a challenge with the token that it has now.</summary>
    /// <param name="signIn">The sign-in.</param>
    /// <param name="node">Which node is asked.</param>
    /// <param name="code">The code.</param>
    /// <param name="claim">What the code uses up; null where it is wrong.</param>
    /// <param name="method">Of which method it is.</param>
    public async Task<Outcome> AnswerAsync(SignIn signIn, int node, string code, OneTime? claim, string method)
    {
        if (signIn.BeginAnswer()) Interlocked.Increment(ref _inFlight);
        var sent = TimeProvider.System.GetTimestamp();
        var (reply, outcome, note) = await SendAsync(() => nodes[node].AnswerAsync(signIn.Token, code, method));
        var answered = TimeProvider.System.GetTimestamp();
        if (signIn.EndAnswer()) Interlocked.Decrement(ref _inFlight);
        if (outcome == Outcome.Wrong) signIn.Token = reply!.Token!;
        var operation = new Operation
        {
            Node = node,
            User = signIn.User,
            SignIn = signIn.Id,
            Claim = claim,
            Method = method,
            Sent = sent,
            Answered = answered,
            Outcome = outcome,
            Note = note,
        };
        history.Add(await WithSessionAsync(operation, reply));
        return outcome;
    }

    /// <summary>Asks the other node what the session of an answer is worth.</summary>
    private async Task<Operation> WithSessionAsync(Operation operation, Reply? reply)
    {
        if (reply is null || reply.SessionCookies.Count == 0) return operation;
        var me = await nodes[1 - operation.Node].MeAsync(reply.CookieHeader);
        return operation with { HasSession = true, HasFactor = me?["amr"]?.AsArray().Any(value => (string?)value == "mfa") == true };
    }

    private static async Task<(Reply? Reply, Outcome Outcome, string Note)> SendAsync(Func<Task<Reply>> send)
    {
        try
        {
            var reply = await send();
            var outcome = OutcomeOf(reply);
            return (reply, outcome, outcome == Outcome.Unexpected ? $"{reply.Status} {reply.Body}" : "");
        }
        catch (HttpRequestException e)
        {
            return (null, Outcome.Unknown, e.Message);
        }
    }

    private static Outcome OutcomeOf(Reply reply)
    {
        try
        {
            return (reply.Status, reply.Error, Waits: reply.Message.Headers.RetryAfter is not null) switch
            {
                (200, null, _) => reply["type"] == "0" ? Outcome.Accepted : Outcome.Started,
                (401, "invalid_code", _) => Outcome.Wrong,
                (401, "too_many_attempts", _) => Outcome.Exhausted,
                (401, "invalid_token", _) => Outcome.InvalidToken,
                (429, _, true) => Outcome.Throttled,
                (503, "temporarily_unavailable", true) => Outcome.Unavailable,
                _ => Outcome.Unexpected,
            };
        }
        catch (JsonException)
        {
            return Outcome.Unexpected;
        }
    }
}
