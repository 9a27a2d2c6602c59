using MfaMiddleware.Verification;

namespace MfaMiddleware.StepUp;

/// <summary>One way to meet a demand: words that all must hold of a session, <c>fido</c> or <c>pwd and otp</c>.</summary>
/// <param name="Words">Names of methods, or values of <c>amr</c>.</param>
internal sealed record MethodCombination(IReadOnlyList<string> Words)
{
    /// <summary>Reads it; what isn't words joined by <c>and</c> stays one word, which nothing is called.</summary>
    public static MethodCombination Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isJoined = parts.Length % 2 == 1 && parts.Where((_, i) => i % 2 == 1).All(p => p == "and");
        return new MethodCombination(isJoined ? [.. parts.Where((_, i) => i % 2 == 0)] : [text]);
    }

    /// <summary>Whether each word is the primary sign-in's or a proof's, and one of those proofs is worth enough.</summary>
    public bool IsMetBy(IReadOnlyCollection<string> primary, IReadOnlyList<MfaProof> proofs, MfaStrength strength) =>
        Words.All(w => primary.Contains(w) || proofs.Any(p => IsCoveredBy(w, p)))
        // Fail closed: a primary sign-in alone is no proof, whatever it is called.
        && proofs.Any(p => p.Strength >= strength && Words.Any(w => IsCoveredBy(w, p)));

    public static bool IsCoveredBy(string word, MfaProof proof) => proof.Methods.Contains(word) || proof.Amr.Contains(word);

    public override string ToString() => string.Join(" and ", Words);
}
