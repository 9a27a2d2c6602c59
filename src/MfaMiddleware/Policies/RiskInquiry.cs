using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using Microsoft.Extensions.Logging;

namespace MfaMiddleware.Policies;

/// <summary>Makes the inquiry of each sign-in.</summary>
internal sealed class RiskInquiries(StoredFacts facts, RiskEngine engine, ILogger<RiskInquiry> logger)
{
    public RiskInquiry New(MfaOptions options) => New(options, facts);

    public RiskInquiry New(MfaOptions options, IUserFacts of) => new(of, engine, options, logger);
}

/// <summary>What one decision asks about its sign-in, by one snapshot of the settings: the history is read once, the signals are asked once.</summary>
internal sealed partial class RiskInquiry(IUserFacts facts, RiskEngine engine, MfaOptions options, ILogger<RiskInquiry> logger)
{
    private RiskContext? _context;
    private RiskAssessment? _assessment;

    /// <summary>The history, where somebody asked for it.</summary>
    public LoadedHistory? Loaded => _context?.Loaded;

    /// <summary>The factors, and where the grace period begins.</summary>
    public IUserFacts Facts => facts;

    public async ValueTask<RiskAssessment> AssessAsync(MfaPolicyContext signIn, CancellationToken cancellationToken) =>
        _assessment ??= await engine.AssessAsync(await ContextAsync(signIn, cancellationToken), cancellationToken);

    public async ValueTask<RiskContext> ContextAsync(MfaPolicyContext signIn, CancellationToken cancellationToken) =>
        _context ??= engine.ContextOf(signIn, await LoadAsync(signIn.Subject, cancellationToken), options);

    private async ValueTask<LoadedHistory> LoadAsync(MfaSubject subject, CancellationToken cancellationToken)
    {
        try
        {
            return await facts.LoadAsync(subject, cancellationToken);
        }
        catch (MfaUnavailableException e)
        {
            // Fail closed: of a user whose history can't be read nothing is known, no device above all.
            Log.Unknown(logger, e);
            return LoadedHistory.None;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(225, LogLevel.Error, "A user's sign-in history could not be read: the sign-in counts as one of which nothing is known.")]
        public static partial void Unknown(ILogger logger, Exception exception);
    }
}
