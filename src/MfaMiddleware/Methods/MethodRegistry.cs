using System.Collections.Frozen;
namespace MfaMiddleware.Methods;

/// <summary>The registered methods by name.</summary>
internal sealed class MethodRegistry
{
    public const string Totp = "totp";
    public const string RecoveryCode = "recovery_code";

    private readonly FrozenDictionary<string, IMfaMethod> _methods;

    public MethodRegistry(IEnumerable<IMfaMethod> methods)
    {
        var byName = new Dictionary<string, IMfaMethod>(StringComparer.Ordinal);
        foreach (var method in methods)
        {
            if (!byName.TryAdd(method.Name, method)) throw new InvalidOperationException($"Two MFA methods are registered under the name '{method.Name}'.");
        }

        _methods = byName.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IMfaMethod? Find(string? name, MfaOptions options) =>
        name is not null && _methods.TryGetValue(name, out var method) && IsEnabled(method, options) ? method : null;

    /// <summary>Methods that a user can set up, strongest first.</summary>
    public IEnumerable<IMfaMethod> Enrollable(MfaStrength? minimum, MfaOptions options) => _methods.Values
        .Where(m => m is IMfaEnrollment && IsEnabled(m, options) && m.Traits.Strength >= (minimum ?? MfaStrength.Sms))
        .OrderByDescending(m => m.Traits.Strength).ThenBy(m => m.Name, StringComparer.Ordinal);

    private static bool IsEnabled(IMfaMethod method, MfaOptions options) => method.Name switch
    {
        Totp => options.Methods.Totp.Enabled,
        RecoveryCode => options.Methods.RecoveryCodes.Enabled,
        _ => true,
    };
}
