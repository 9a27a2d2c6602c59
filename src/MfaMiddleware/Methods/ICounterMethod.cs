using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods;

/// <summary>A method whose tokens count by themselves, so that one can run ahead of the server.</summary>
public interface ICounterMethod
{
    /// <summary>Looks for two codes in a row, further ahead than one alone is accepted.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="first">The one code.</param>
    /// <param name="second">The one after it.</param>
    /// <returns>Accepted with the counter after them, or why not.</returns>
    MethodResult Resynchronize(MfaFactor factor, string first, string second);
}
