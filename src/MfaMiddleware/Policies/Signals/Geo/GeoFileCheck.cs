using MfaMiddleware.Policies.Signals.Files;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Policies.Signals.Geo;

/// <summary>Reads the file of places where the settings are validated: at the start and where they change, never within a request.</summary>
internal sealed class GeoFileCheck(WatchedFiles<GeoData> files) : IValidateOptions<MfaOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, MfaOptions options)
    {
        if (options.Geo?.File is not { } path || !GeoOptionsRules.IsKnown(path)) return ValidateOptionsResult.Skip;
        if (files.ProblemOf(path) is not { } problem) return ValidateOptionsResult.Success;

        var errors = new List<string>();
        new SettingsCheck(errors, MfaOptions.Section).Below(nameof(options.Geo)).Must(false, nameof(options.Geo.File), path, problem);
        return ValidateOptionsResult.Fail(errors);
    }
}
