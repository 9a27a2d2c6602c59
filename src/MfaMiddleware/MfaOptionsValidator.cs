using MfaMiddleware.Methods;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.Policies.Signals.Geo;
using Microsoft.Extensions.Options;

namespace MfaMiddleware;

/// <summary>Finds everything that is wrong with the settings, at the start and at each change.</summary>
/// <param name="methods">The registered methods: a rule must not ask for what none of them can give.</param>
internal sealed class MfaOptionsValidator(IEnumerable<IMfaMethod> methods) : IValidateOptions<MfaOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, MfaOptions options)
    {
        var errors = new List<string>(options.Unreadable);
        var check = new SettingsCheck(errors, MfaOptions.Section);

        HostRules.Check(options, check);
        if (check.Has(nameof(options.PendingSessions), options.PendingSessions))
            PendingSessionRules.Check(options.PendingSessions, check.Below(nameof(options.PendingSessions)));
        if (check.Has(nameof(options.Addresses), options.Addresses)) AddressListRules.Check(options.Addresses, check.Below(nameof(options.Addresses)));
        if (check.Has(nameof(options.Geo), options.Geo)) GeoOptionsRules.Check(options.Geo, check.Below(nameof(options.Geo)));

        // The rules of the policy look at the methods: without those there is nothing to compare.
        if (check.Has(nameof(options.Methods), options.Methods) && MethodRules.Check(options, methods, check.Below(nameof(options.Methods)))
            && check.Has(nameof(options.Policy), options.Policy))
        {
            PolicyOptionsRules.Check(options, methods, check.Below(nameof(options.Policy)));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
