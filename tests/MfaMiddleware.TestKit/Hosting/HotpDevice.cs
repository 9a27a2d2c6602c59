using System.Globalization;
using System.Text.Json.Nodes;
using MfaMiddleware.Methods;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.TestKit.Hosting;

/// <summary>A token with a button.</summary>
public sealed class HotpDevice(string factorId, byte[] key, long counter = 0, int digits = 6)
{
    private long _next = counter;

    public string FactorId => factorId;

    /// <summary>What an enrolment of the API showed.</summary>
    public static HotpDevice Of(JsonNode? enrollment)
    {
        ArgumentNullException.ThrowIfNull(enrollment);
        return new HotpDevice((string)enrollment["id"]!, Base32.Decode((string)enrollment["secret"]!));
    }

    /// <summary>Presses the button.</summary>
    public string Press() => CodeAt(_next++);

    public string CodeAt(long at) => HotpAlgorithm.Compute(key, at, digits, TotpAlgorithm.Sha1).ToString($"D{digits}", CultureInfo.InvariantCulture);

    /// <summary>A code that is none of the token's near its counter.</summary>
    public string WrongCode()
    {
        var near = Enumerable.Range(-5, 200).Select(i => CodeAt(Math.Max(0, _next + i))).ToHashSet();
        return Enumerable.Range(0, 1_000_000).Select(i => i.ToString($"D{digits}", CultureInfo.InvariantCulture)).First(code => !near.Contains(code));
    }
}
