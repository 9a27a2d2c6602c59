using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;

namespace MfaMiddleware.Verification;

/// <summary>What a check came to, once the single-use mark is made or not.</summary>
internal abstract record CheckResult
{
    private CheckResult()
    {
    }

    public sealed record Right(IReadOnlyList<string> Amr, string? FactorId) : CheckResult;

    public sealed record Wrong(string Reason) : CheckResult
    {
        public bool IsSignOfACopy { get; init; }
    }

    public sealed record Replayed : CheckResult;
}

/// <summary>
/// Lets the method check the answer, and makes the single-use mark by a conditional update. Who loses the update reads again: the same code
/// is found used then, another code of the same factor is not.
/// </summary>
internal sealed class AnswerChecker(FactorStore store, ClockWatch clock, TimeProvider time)
{
    private const int MaxConflicts = 5;

    public async Task<CheckResult> CheckAsync(OpenSession session, Route.To route, MfaAnswer answer, string? challengeState, CancellationToken cancellationToken)
    {
        clock.Look();
        var subject = session.Subject;
        var factors = route.Offers.Select(o => o.Factor).OfType<MfaFactor>().ToList();
        var clears = new FailureClearance(route.Method.Name, route.Method.Traits.Strength == MfaStrength.PhishingResistant, session.Lane);
        var mark = AnsweredChallenges.MarkOf(challengeState);
        for (var conflicts = 0; conflicts < MaxConflicts; conflicts++)
        {
            if (mark is not null && factors.Exists(f => AnsweredChallenges.Contains(f, mark))) return new CheckResult.Replayed();
            var context = new MfaMethodContext { Subject = subject, Factors = factors, Now = time.GetUtcNow(), ChallengeState = challengeState };
            switch (await VerifyAsync(route.Method, context, answer, cancellationToken))
            {
                case MethodResult.Accepted accepted:
                    // Fail closed: a method may only prove with a factor that it was given.
                    if (factors.Find(f => f.Id == accepted.Factor.Id) is not { } known) return new CheckResult.Wrong("foreign_factor");
                    var used = known with
                    {
                        Counter = accepted.Factor.Counter,
                        ProtectedSecret = accepted.Factor.ProtectedSecret,
                        LastUsedAt = context.Now,
                        AnsweredChallenges = AnsweredChallenges.Add(known, mark),
                    };
                    if (await store.TryUseFactorAsync(used, known.Version, clears, cancellationToken))
                    {
                        return new CheckResult.Right([.. route.Method.Traits.Amr.Union(accepted.Amr)], known.Id);
                    }

                    factors = await RereadAsync(subject, factors, cancellationToken);
                    continue;
                case MethodResult.AcceptedIfStored code:
                    return await store.TryConsumeCodeAsync(subject, code.CodeHash, clears, context.Now, cancellationToken)
                        ? new CheckResult.Right(route.Method.Traits.Amr, null)
                        : new CheckResult.Wrong("wrong_code");
                case MethodResult.Replayed:
                    return new CheckResult.Replayed();
                case MethodResult.Rejected rejected:
                    return new CheckResult.Wrong(rejected.Reason) { IsSignOfACopy = rejected.IsSignOfACopy };
            }
        }

        // Fail closed: somebody changes this factor faster than it can be marked.
        return new CheckResult.Wrong("conflict");
    }

    private static async Task<MethodResult> VerifyAsync(IMfaMethod method, MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            return await method.VerifyAsync(context, answer, cancellationToken);
        }
        catch (Exception e) when (e is not MfaUnavailableException)
        {
            // Fail closed: a method that can't tell is out of order (503), and lets nobody in.
            throw new MfaUnavailableException(e);
        }
    }

    private async Task<List<MfaFactor>> RereadAsync(MfaSubject subject, List<MfaFactor> factors, CancellationToken cancellationToken)
    {
        var account = await store.FindAsync(subject, cancellationToken);
        return [.. account.Factors.Where(f => factors.Exists(old => old.Id == f.Id))];
    }
}
