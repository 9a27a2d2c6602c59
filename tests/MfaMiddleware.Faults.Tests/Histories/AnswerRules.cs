namespace MfaMiddleware.Faults.Tests.Histories;

/// <summary>What each answer says by itself: nobody in without a factor, and no fault called a wrong code.</summary>
internal static class AnswerRules
{
    public const string SignedInWithoutFactor = "signed in without a factor";
    public const string RightCodeCalledWrong = "right code called wrong";
    public const string UnexpectedAnswer = "unexpected answer";

    public static IEnumerable<Violation> Check(IReadOnlyList<Operation> operations)
    {
        foreach (var operation in operations)
        {
            var isIn = operation.HasSession || operation.Outcome == Outcome.Accepted;
            if (isIn && (operation.Outcome != Outcome.Accepted || operation.Claim is null || !operation.HasFactor)) yield return new(SignedInWithoutFactor, $"{operation}");
            if (operation.Outcome == Outcome.Unexpected) yield return new(UnexpectedAnswer, $"{operation}");
        }

        foreach (var factor in operations.Where(o => o.Claim is not null).GroupBy(o => (o.Claim!.User, o.Claim.Method)))
            foreach (var wrong in factor.Where(o => o.IsCounted && !factor.Any(other => MayHaveClosed(other, o))))
                yield return new(RightCodeCalledWrong, $"{wrong}");
    }

    /// <summary>Another answer that used the same thing up, or a later one of the same device.</summary>
    private static bool MayHaveClosed(Operation other, Operation wrong) =>
        !ReferenceEquals(other, wrong) && other.Outcome is not (Outcome.Throttled or Outcome.Started) && other.Sent < wrong.Answered
        && (wrong.Claim!.IsOrdered ? other.Claim!.Place >= wrong.Claim.Place : other.Claim!.Place == wrong.Claim.Place);
}
