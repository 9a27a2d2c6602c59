using MfaMiddleware.Policies.Signals.Files;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Policies.Signals.Addresses;

/// <summary>Reads the files of the lists where the settings are validated: at the start and where they change, never within a request.</summary>
internal sealed class AddressFileCheck(AddressFiles files) : IValidateOptions<MfaOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, MfaOptions options)
    {
        if (options.Addresses is not { } lists) return ValidateOptionsResult.Skip;

        var errors = new List<string>();
        var check = new SettingsCheck(errors, MfaOptions.Section).Below(nameof(options.Addresses));
        CheckEach(lists.DenyFiles, files.Deny, check.Below(nameof(lists.DenyFiles)));
        CheckEach(lists.TrustedFiles, files.Trusted, check.Below(nameof(lists.TrustedFiles)));
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void CheckEach(IList<string> paths, WatchedFiles<AddressSet> files, SettingsCheck check)
    {
        for (var i = 0; i < paths.Count; i++)
        {
            var problem = string.IsNullOrWhiteSpace(paths[i]) ? null : files.ProblemOf(paths[i]);
            check.Must(problem is null, $"{i}", paths[i], problem ?? "");
        }
    }
}
