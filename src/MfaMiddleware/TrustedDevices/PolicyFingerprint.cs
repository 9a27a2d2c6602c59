using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.Policies;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.TrustedDevices;

/// <summary>The part of the policy that a device was proved under: who is asked, and for what. Tuning a signal is no other policy.</summary>
internal static class PolicyFingerprint
{
    private static readonly ConditionalWeakTable<MfaOptions, string> Known = [];

    public static string Of(MfaOptions options) => Known.GetValue(options, Compute);

    private static string Compute(MfaOptions options)
    {
        var text = new StringBuilder();
        var trusted = options.TrustedDevices;
        text.Append(CultureInfo.InvariantCulture, $"{options.Policy.Mode}|{options.Policy.AllowTrustedDevice}|{trusted.Enabled}|{trusted.Lifetime.Ticks}");
        foreach (var rule in options.Policy.Rules) Append(text, rule);
        return WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 9));
    }

    private static void Append(StringBuilder text, PolicyRule rule)
    {
        string?[] conditions = [rule.Role, rule.Scheme, rule.Client, rule.Path];
        foreach (var condition in conditions) text.Append(CultureInfo.InvariantCulture, $"\n{condition?.Length}:{condition}");
        text.Append(CultureInfo.InvariantCulture, $"\n{rule.Mode}|{rule.MinimumStrength}|{rule.RequireUserVerification}|{rule.MaxAge?.Ticks}|{rule.AllowTrustedDevice}");
    }
}
