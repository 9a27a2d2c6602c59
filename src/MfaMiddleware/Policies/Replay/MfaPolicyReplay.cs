using MfaMiddleware.Challenges;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MfaMiddleware.Policies.Replay;

/// <summary>
/// Runs recorded sign-ins again under changed settings, and says what would have become of them. It reads the histories and writes nothing.
/// </summary>
public sealed class MfaPolicyReplay
{
    private readonly IServiceProvider _services;

    internal MfaPolicyReplay(IServiceProvider services) => _services = services;

    /// <summary>Runs the sign-ins under the settings in force, changed by code.</summary>
    /// <param name="change">Changes them.</param>
    /// <param name="request">Which sign-ins.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The report.</returns>
    /// <exception cref="OptionsValidationException">The changed settings can't work; every error is in it.</exception>
    /// <exception cref="MfaUnavailableException">The store doesn't answer.</exception>
    public Task<MfaReplayReport> RunAsync(Action<MfaOptions> change, MfaReplayRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(Settings().Make(change), request, cancellationToken);
    }

    /// <summary>Runs the sign-ins under the settings in force with others laid over them, as one more <c>appsettings.json</c> would be.</summary>
    /// <param name="changed">Has a section <c>Mfa</c> with what differs.</param>
    /// <param name="request">Which sign-ins.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The report.</returns>
    /// <exception cref="OptionsValidationException">The changed settings can't work; every error is in it.</exception>
    /// <exception cref="MfaUnavailableException">The store doesn't answer.</exception>
    public Task<MfaReplayReport> RunAsync(IConfiguration changed, MfaReplayRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(Settings().Make(changed), request, cancellationToken);
    }

    /// <summary>One user's sign-ins, each with its record; for tests of agreement.</summary>
    internal IAsyncEnumerable<ReplayedSignIn> RunAsync(MfaSubject subject, SignInHistory history, MfaAccount account, MfaOptions options, CancellationToken cancellationToken) =>
        new ReplayedUser(subject, history, account, EngineOf(options)).RunAsync(cancellationToken);

    internal ChangedSettings Settings() => new(
        _services.GetServices<IConfigureOptions<MfaOptions>>(), _services.GetServices<IPostConfigureOptions<MfaOptions>>(), _services.GetServices<IValidateOptions<MfaOptions>>());

    private async Task<MfaReplayReport> RunAsync(MfaOptions options, MfaReplayRequest request, CancellationToken cancellationToken)
    {
        var (tally, engine, users) = (new ReplayTally(request), EngineOf(options), 0);
        var factors = _services.GetRequiredService<FactorStore>();
        await foreach (var (subject, history) in _services.GetRequiredService<HistoryKeeper>().ReadAllAsync(cancellationToken))
        {
            if (request.Realm is { } realm && subject.Realm != realm) continue;
            if (!history.Log.IsEmpty)
            {
                var user = new ReplayedUser(subject, history, await factors.FindAsync(subject, cancellationToken), engine);
                await tally.AddAsync(user.RunAsync(cancellationToken));
            }

            request.Progress?.Report(new MfaReplayProgress(++users, tally.SignIns));
        }

        return tally.ToReport();
    }

    private ReplayEngine EngineOf(MfaOptions options)
    {
        var inquiries = _services.GetRequiredService<RiskInquiries>();
        // The same decisions with a log of their own, which nobody reads: no line may say that somebody signed in.
        var decisions = new DecisionMaker(
            _services.GetRequiredService<PolicyEngine>(), inquiries, _services.GetRequiredService<OfferMaker>(), NullLogger<DecisionMaker>.Instance);
        return new ReplayEngine(
            decisions, inquiries, _services.GetRequiredService<MethodRegistry>(), _services.GetService<IGeoLocator>(), options, _services.GetRequiredService<ILogger<MfaPolicyReplay>>());
    }
}
