using System.Security.Cryptography;
using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods;

/// <summary>A method whose factors are told apart by a hint that may be shown before they are verified: a masked number.</summary>
public interface IHintedMethod
{
    /// <summary>Gives the hint.</summary>
    /// <param name="factor">The factor.</param>
    /// <returns>For example <c>•••• 42</c>.</returns>
    string HintOf(MfaFactor factor);
}

/// <summary>The hint of a factor, for a list.</summary>
internal static class FactorHint
{
    public static string? Of(IMfaMethod? method, MfaFactor? factor)
    {
        if (factor is null || method is not IHintedMethod hinted) return null;
        try
        {
            return hinted.HintOf(factor);
        }
        catch (CryptographicException)
        {
            // A lost key: the list is shown without it, and the factor itself answers 503 when it is used.
            return null;
        }
    }
}
