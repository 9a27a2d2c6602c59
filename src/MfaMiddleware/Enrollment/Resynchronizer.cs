using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Telemetry;
using MfaMiddleware.Verification;

namespace MfaMiddleware.Enrollment;

/// <summary>What became of a resynchronisation: one of the nested types.</summary>
internal abstract record ResyncResult
{
    private ResyncResult()
    {
    }

    public sealed record InStep(MfaFactor Factor) : ResyncResult;

    public sealed record Wrong : ResyncResult;

    public sealed record MustWait(TimeSpan RetryAfter) : ResyncResult;

    /// <summary>The factor's method has none.</summary>
    public sealed record NoCounter : ResyncResult;
}

/// <summary>Brings a token back into step. Its codes are guesses like any other: they are charged to the account before they are checked.</summary>
internal sealed class Resynchronizer(FactorStore factors, MethodRegistry methods, MfaSettings settings, MfaEvents events, TimeProvider time)
{
    /// <summary>Self-service has no pending session that could say which device it is.</summary>
    private const FailureLane Lane = FailureLane.Unknown;

    public async Task<ResyncResult> RunAsync(MfaFactor factor, string first, string second, CancellationToken cancellationToken)
    {
        if (methods.Find(factor.Method, settings.Current) is not ICounterMethod method) return new ResyncResult.NoCounter();
        switch (await factors.ChargeAsync(factor.Subject, factor.Method, Lane, time.GetUtcNow(), Attempts.Limits, cancellationToken))
        {
            case ChargeResult.MustWait wait:
                return new ResyncResult.MustWait(wait.RetryAfter);
            case ChargeResult.Charged charged:
                return await CheckAsync(method, factor, first, second, charged.Charge);
            default:
                return new ResyncResult.MustWait(Attempts.CappedRetry);
        }
    }

    private async Task<ResyncResult> CheckAsync(ICounterMethod method, MfaFactor factor, string first, string second, Charge charge)
    {
        if (Check(method, factor, first, second) is not { } found)
        {
            await WriteAsync(factor, MfaEventNames.AnswerRejected);
            return new ResyncResult.Wrong();
        }

        // Who loses the update (a code of this token was used meanwhile) tries again with two new codes; the charge isn't theirs.
        var used = found with { LastUsedAt = time.GetUtcNow() };
        if (!await factors.TryUseFactorAsync(used, factor.Version, new FailureClearance(factor.Method, false, Lane), CancellationToken.None))
        {
            await factors.RefundAsync(factor.Subject, charge, CancellationToken.None);
            return new ResyncResult.Wrong();
        }

        await WriteAsync(factor, MfaEventNames.FactorResynchronized);
        return new ResyncResult.InStep(used);
    }

    private static MfaFactor? Check(ICounterMethod method, MfaFactor factor, string first, string second)
    {
        try
        {
            return method.Resynchronize(factor, first, second) is MethodResult.Accepted accepted && accepted.Factor.Id == factor.Id ? accepted.Factor : null;
        }
        catch (Exception e) when (e is not MfaUnavailableException)
        {
            // Fail closed: a method that can't tell is out of order (503).
            throw new MfaUnavailableException(e);
        }
    }

    private Task WriteAsync(MfaFactor factor, string name) => events.WriteAsync(new MfaEvent
    {
        Name = name,
        Subject = factor.Subject,
        At = time.GetUtcNow(),
        Method = factor.Method,
        FactorId = factor.Id,
        Reasons = ["resync"],
    });
}
