namespace MfaMiddleware.Factors;

/// <summary>What became of a charge: one of the nested types.</summary>
public abstract record ChargeResult
{
    private ChargeResult()
    {
    }

    /// <summary>The account was charged; the answer may be checked.</summary>
    /// <param name="Charge">Given back with a refund.</param>
    public sealed record Charged(Charge Charge) : ChargeResult;

    /// <summary>The account must wait; nothing was charged.</summary>
    /// <param name="RetryAfter">For how long.</param>
    public sealed record MustWait(TimeSpan RetryAfter) : ChargeResult;

    /// <summary>The cap is reached: waiting doesn't help, a phishing-resistant factor or an administrator does. Nothing was charged.</summary>
    public sealed record Capped : ChargeResult;
}

/// <summary>One charge of an account.</summary>
/// <param name="Method">The method that was charged.</param>
/// <param name="Lane">The lane whose ladder was charged.</param>
/// <param name="WaitUntil">The end of the wait that this charge began, if it began one.</param>
public sealed record Charge(string Method, FailureLane Lane, DateTimeOffset? WaitUntil);
