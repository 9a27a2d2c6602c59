using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Policies.Replay;

/// <summary>The section of the app's settings, read for the options; replay lays changed settings over it.</summary>
internal sealed class SettingsSource(IConfiguration configuration, Func<IConfiguration, IConfigurationSection> section) : IConfigureOptions<MfaOptions>
{
    public void Configure(MfaOptions options) => SettingsReader.Read(section(configuration), options);

    /// <summary>The same with changed settings over it, as another appsettings file would be.</summary>
    public IConfigureOptions<MfaOptions> With(IConfigurationSection changed) => new ConfigureOptions<MfaOptions>(options =>
    {
        var both = section(configuration).AsEnumerable(true).Concat(changed.AsEnumerable(true))
            .Where(s => s.Key.Length > 0 && s.Value is not null)
            .GroupBy(s => s.Key, s => s.Value, StringComparer.OrdinalIgnoreCase)
            .Select(s => KeyValuePair.Create($"{MfaOptions.Section}:{s.Key}", s.Last()));
        SettingsReader.Read(new ConfigurationBuilder().AddInMemoryCollection(both).Build().GetSection(MfaOptions.Section), options);
    });
}

/// <summary>Makes the options of a replay, by the pipeline that makes those in force: code after settings, and the same validation.</summary>
internal sealed class ChangedSettings(
    IEnumerable<IConfigureOptions<MfaOptions>> setups, IEnumerable<IPostConfigureOptions<MfaOptions>> postSetups, IEnumerable<IValidateOptions<MfaOptions>> validations)
{
    /// <exception cref="OptionsValidationException">They can't work; every error is in it.</exception>
    public MfaOptions Make(Action<MfaOptions> change) => Make([.. setups, new ConfigureOptions<MfaOptions>(change)]);

    /// <exception cref="OptionsValidationException">They can't work; every error is in it.</exception>
    public MfaOptions Make(IConfiguration changed)
    {
        var section = changed.GetSection(MfaOptions.Section);
        return section.Exists()
            ? Make([.. setups.Select(s => s is SettingsSource source ? source.With(section) : s)])
            : throw new OptionsValidationException(Options.DefaultName, typeof(MfaOptions), [$"The changed settings have no section '{MfaOptions.Section}'."]);
    }

    private MfaOptions Make(IConfigureOptions<MfaOptions>[] all)
    {
        var options = new OptionsFactory<MfaOptions>(all, postSetups, validations).Create(Options.DefaultName);
        // What would be enforced is the question.
        options.Policy.Observe = false;
        return options;
    }
}
