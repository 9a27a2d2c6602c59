using MfaMiddleware.Policies.Signals.Addresses;
using MfaMiddleware.Policies.Signals.Geo;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Tests.Policies.Signals;

/// <summary>The lists and the locator as AddMfa() registers them, with settings that a test changes.</summary>
internal sealed class SignalSettings : IDisposable
{
    private readonly IConfigurationRoot _configuration;
    private readonly ServiceProvider _services;

    /// <exception cref="OptionsValidationException">The settings can't work.</exception>
    public SignalSettings(TemporaryFolder folder, params (string Key, string Value)[] settings)
    {
        _configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Mfa:{s.Key}", (string?)s.Value))).Build();
        var services = new ServiceCollection();
        services.AddLogging(l => l.AddProvider(folder.Log));
        services.AddSingleton<TimeProvider>(folder.Clock);
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { ContentRootPath = folder.Root });
        services.AddOptions<MfaOptions>().Configure(o => SettingsReader.Read(_configuration.GetSection("Mfa"), o));
        services.AddSingleton<IOptionsChangeTokenSource<MfaOptions>>(new ConfigurationChangeTokenSource<MfaOptions>(_configuration.GetSection("Mfa")));
        services.AddSingleton<IValidateOptions<MfaOptions>>(new MfaOptionsValidator([new TestMethod("totp", MfaStrength.Otp)]));
        services.AddSingleton<MfaSettings>();
        services.AddAddressLists().AddGeo();
        _services = services.BuildServiceProvider();
        _ = _services.GetRequiredService<MfaSettings>();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public void Change(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings) _configuration[$"Mfa:{key}"] = value;
        _configuration.Reload();
    }

    public void Dispose() => _services.Dispose();
}
