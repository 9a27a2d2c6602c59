using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using MfaMiddleware.Policies;
using Microsoft.Extensions.Configuration;

namespace MfaMiddleware;

/// <summary>
/// Binds the section to the options. The framework's binder alone would leave out a rule with a misspelt mode without a word, read
/// <c>"Enabled": null</c> as false, and stop at the first value that it can't read; each of these would open the gate or hide an error.
/// </summary>
internal sealed class SettingsReader
{
    private readonly List<string> _leftOut = [];
    private readonly List<string> _errors = [];
    private readonly List<MisspeltSetting> _misspelt = [];

    /// <summary>Binds what can be read; what can't goes to <see cref="MfaOptions.Unreadable"/>, for the validator.</summary>
    public static void Read(IConfigurationSection section, MfaOptions options)
    {
        var reader = new SettingsReader();
        reader.LookInto(section, typeof(MfaOptions));

        var readable = section.AsEnumerable(makePathsRelative: true).Where(s => s.Value is not null && !reader.LeavesOut($"{section.Path}:{s.Key}"));
        new ConfigurationBuilder().AddInMemoryCollection(readable).Build().Bind(options);
        foreach (var error in reader._errors) options.Unreadable.Add(error);
        foreach (var misspelt in reader._misspelt) options.Misspelt.Add(misspelt);
    }

    private bool LeavesOut(string path) =>
        _leftOut.Exists(p => path.StartsWith(p, StringComparison.OrdinalIgnoreCase) && (path.Length == p.Length || path[p.Length] == ':'));

    private void LookInto(IConfigurationSection section, Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var property in properties) Look(section.GetSection(property.Name), property.PropertyType);

        var known = properties.Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var unknown in section.GetChildren().Where(s => !known.Contains(s.Key)))
        {
            if (MisspeltSetting.Guess(unknown.Key, known) is { } meant) _misspelt.Add(new MisspeltSetting(unknown.Path, meant));
        }
    }

    private void Look(IConfigurationSection setting, Type type)
    {
        if (type == typeof(string)) return;
        if (IsScalar(Nullable.GetUnderlyingType(type) ?? type)) LookAtScalar(setting, type);
        else if (!string.IsNullOrEmpty(setting.Value)) Refuse(setting, "it must be a section or a list, not a value.");
        else if (type == typeof(IList<PolicyRule>)) LookAtRules(setting);
        else if (!type.IsGenericType) LookInto(setting, type);
    }

    private void LookAtScalar(IConfigurationSection setting, Type type)
    {
        var underlying = Nullable.GetUnderlyingType(type);
        if (setting.GetChildren().Any()) Refuse(setting, "it must be a value, not a section or a list.");
        else if (setting.Value is { } text && !(underlying is not null && text.Length == 0) && Complaint(text, underlying ?? type) is { } must) Refuse(setting, must);
    }

    private void LookAtRules(IConfigurationSection rules)
    {
        var known = typeof(PolicyRule).GetProperties().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in rules.GetChildren())
        {
            if (!rule.GetChildren().Any()) Refuse(rule, "a rule must have a condition: Role, Scheme, Client or Path.");

            // Elsewhere an unknown key may be another package's; in a rule it is a condition or a demand that would not be kept.
            foreach (var unknown in rule.GetChildren().Where(s => !known.Contains(s.Key))) Refuse(unknown, $"a rule knows {string.Join(", ", known)}.");
            LookInto(rule, typeof(PolicyRule));
        }
    }

    private void Refuse(IConfigurationSection setting, string must)
    {
        _leftOut.Add(setting.Path);
        _errors.Add($"{setting.Path} is {(setting.Value is null ? "no value" : $"'{setting.Value}'")}: {must}");
    }

    private static bool IsScalar(Type type) => type.IsEnum || type.IsPrimitive || type == typeof(TimeSpan);

    /// <summary>Why this text can't be a value of this type; null if it can.</summary>
    private static string? Complaint(string text, Type type)
    {
        // By name only: the binder would take '2', and 'Always, Never' as Never.
        if (type.IsEnum) return Enum.GetNames(type).Contains(text.Trim(), StringComparer.OrdinalIgnoreCase) ? null : $"it must be one of {string.Join(", ", Enum.GetNames(type))}.";
        try
        {
            _ = TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text);
            return null;
        }
        catch (Exception)
        {
            // Converters wrap what goes wrong in exceptions of many types; all mean that the text is no such value.
            return type == typeof(TimeSpan) ? "it must be a time such as 00:05:00." : type == typeof(bool) ? "it must be true or false." : "it must be a whole number.";
        }
    }
}
