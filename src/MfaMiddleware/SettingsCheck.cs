using System.Globalization;

namespace MfaMiddleware;

/// <summary>Collects what is wrong with one section of the settings: each error with its key path, its value and what it must be.</summary>
/// <param name="errors">Takes the errors of all sections.</param>
/// <param name="path">The key path of this section.</param>
internal readonly struct SettingsCheck(List<string> errors, string path)
{
    /// <summary>The check of a section below.</summary>
    public SettingsCheck Below(string key) => new(errors, $"{path}:{key}");

    /// <summary>The check of an item of a list.</summary>
    public SettingsCheck Below(int index) => Below(index.ToString(CultureInfo.InvariantCulture));

    public void Range<T>(string key, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0) Fail(key, value, $"it must be {Text(least)} to {Text(most)}.");
    }

    public void Defined<T>(string key, T? value)
        where T : struct, Enum
    {
        if (value is { } set && !Enum.IsDefined(set)) Fail(key, set, $"it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    public void NotBlank(string key, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) Fail(key, value, "it must not be blank.");
    }

    /// <summary>A section that code may have set to null.</summary>
    public bool Has(string key, object? section)
    {
        if (section is null) Fail(key, null, "it must be set.");
        return section is not null;
    }

    public void Must(bool holds, string key, object? value, string must)
    {
        if (!holds) Fail(key, value, must);
    }

    /// <summary>An error of the section as a whole.</summary>
    public void Fail(string must) => errors.Add($"{path}: {must}");

    private void Fail(string key, object? value, string must) => errors.Add($"{path}:{key} is {Text(value)}: {must}");

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => $"'{text}'",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
