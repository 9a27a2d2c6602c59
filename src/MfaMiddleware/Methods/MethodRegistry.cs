using System.Collections.Frozen;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Hotp;
using MfaMiddleware.Methods.RecoveryCodes;
using MfaMiddleware.Methods.Sms;
using MfaMiddleware.Methods.Totp;

namespace MfaMiddleware.Methods;

/// <summary>The registered methods by name.</summary>
internal sealed class MethodRegistry
{
    private readonly FrozenDictionary<string, IMfaMethod> _methods;
    private readonly IReadOnlyList<IMfaMethod> _inOrder;

    public MethodRegistry(IEnumerable<IMfaMethod> methods)
    {
        var byName = new Dictionary<string, IMfaMethod>(StringComparer.Ordinal);
        _inOrder = [.. methods];
        foreach (var method in _inOrder)
        {
            if (!byName.TryAdd(method.Name, method)) throw new InvalidOperationException($"Two MFA methods are registered under the name '{method.Name}'.");
        }

        _methods = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Every name, in order.</summary>
    public IEnumerable<string> Names => _methods.Keys.Order(StringComparer.Ordinal);

    /// <summary>The names of the methods whose proof covers a word: a method's name, or an <c>amr</c> value that its proofs have.</summary>
    public IReadOnlyList<string> ProvedBy(string word) =>
        [.. _methods.Values.Where(m => m.Name == word || m.Traits.Amr.Contains(word)).Select(m => m.Name).Order(StringComparer.Ordinal)];

    public IMfaMethod? Find(string? name, MfaOptions options) =>
        name is not null && _methods.TryGetValue(name, out var method) && IsEnabled(method, options) ? method : null;

    /// <summary>A name from a request, if it is a method's: nothing else of a request reaches counters and events.</summary>
    public string Known(string name) => _methods.ContainsKey(name) ? name : "unknown";

    /// <summary>Methods that a user can set up, strongest first, and as they were registered: an app comes before a token.</summary>
    public IEnumerable<IMfaMethod> Enrollable(MfaStrength? minimum, MfaOptions options, IReadOnlyList<string>? only = null) => _inOrder
        .Where(m => m is IMfaEnrollment && IsEnabled(m, options) && m.Traits.Strength >= (minimum ?? MfaStrength.Sms))
        .Where(m => only is null or [] || only.Contains(m.Name))
        .OrderByDescending(m => m.Traits.Strength);

    public static bool IsEnabled(IMfaMethod method, MfaOptions options) => method.Name switch
    {
        TotpMethod.MethodName => options.Methods.Totp.Enabled,
        FidoMethod.MethodName => options.Methods.Fido is { Enabled: true, RelyingPartyId: not null },
        HotpMethod.MethodName => options.Methods.Hotp.Enabled,
        SmsMethod.MethodName => options.Methods.Sms.Enabled,
        RecoveryCodesMethod.MethodName => options.Methods.RecoveryCodes.Enabled,
        _ => true,
    };
}
