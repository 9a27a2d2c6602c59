using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace MfaMiddleware;

/// <summary>
/// The settings that hold now. A change of the configuration replaces the whole snapshot at once; whoever needs several values for one
/// decision takes <see cref="Current"/> once.
/// </summary>
internal sealed partial class MfaSettings : IDisposable
{
    private readonly Lock _renewal = new();
    private readonly IOptionsFactory<MfaOptions> _factory;
    private readonly ILogger<MfaSettings> _logger;
    private readonly List<IDisposable> _subscriptions = [];
    private volatile MfaOptions _current;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">They can't work: the start ends.</exception>
    public MfaSettings(
        IOptionsFactory<MfaOptions> factory, IEnumerable<IOptionsChangeTokenSource<MfaOptions>> sources, ILogger<MfaSettings> logger)
    {
        _factory = factory;
        _logger = logger;

        // Before the first reading, so that no change in between is missed; Renew waits for the lock.
        lock (_renewal)
        {
            foreach (var source in sources.Where(s => string.IsNullOrEmpty(s.Name))) _subscriptions.Add(ChangeToken.OnChange(source.GetChangeToken, Renew));
            _current = factory.Create(Options.DefaultName);
            WarnOfMisspelt();
        }
    }

    /// <summary>For what the validation of the settings asks for, the methods above all: it reads them when it works, not when it is made.</summary>
    public static Func<MfaOptions> Of(IServiceProvider services) => () => services.GetRequiredService<MfaSettings>().Current;

    /// <summary>The present snapshot. Nobody changes it.</summary>
    public MfaOptions Current => _current;

    public void Dispose() => _subscriptions.ForEach(s => s.Dispose());

    /// <summary>Runs on the thread that noticed the change, and throws nothing at it.</summary>
    private void Renew()
    {
        // One after the other: the last to finish must be the last to have read.
        lock (_renewal)
        {
            try
            {
                _current = _factory.Create(Options.DefaultName);
                Log.Renewed(_logger);
                WarnOfMisspelt();
            }
            catch (OptionsValidationException e)
            {
                // The last good settings stay: half a rule must not decide who is asked for a second factor.
                Log.Refused(_logger, string.Join(Environment.NewLine, e.Failures));
            }
            catch (Exception e)
            {
                // The same for settings that can't even be read.
                Log.Unreadable(_logger, e);
            }
        }
    }

    private void WarnOfMisspelt()
    {
        foreach (var (path, meant) in _current.Misspelt) Log.Misspelt(_logger, path, meant);
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "The changed settings of MFA are in force.")]
        public static partial void Renewed(ILogger logger);

        [LoggerMessage(1302, LogLevel.Error, "The changed settings of MFA can't work; the last good ones stay in force:\n{Failures}")]
        public static partial void Refused(ILogger logger, string failures);

        [LoggerMessage(1304, LogLevel.Warning, "{Setting} is no setting of MFA and has no effect. Is {Meant} meant?")]
        public static partial void Misspelt(ILogger logger, string setting, string meant);

        [LoggerMessage(1303, LogLevel.Error, "The changed settings of MFA can't be read; the last good ones stay in force.")]
        public static partial void Unreadable(ILogger logger, Exception exception);
    }
}
