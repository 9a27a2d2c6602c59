using System.Security.Claims;
using MfaMiddleware.Policies;
using MfaMiddleware.Policies.History;
using MfaMiddleware.Policies.Signals;
using MfaMiddleware.TestKit.Simulation;
using MfaMiddleware.TrustedDevices;
using Microsoft.Extensions.DependencyInjection;
using Network = MfaMiddleware.Interposition.Network;

namespace MfaMiddleware.Tests.Simulation;

/// <summary>
/// The product's signals and its steps from one history to the next, without the stores, queues and encryption between them: a hundred times as fast.
/// That it decides as the whole engine does is a test.
/// </summary>
internal sealed class PureEngine(IServiceProvider services)
{
    /// <summary>A proof of the same moment as the change would be void with it.</summary>
    public static readonly TimeSpan AfterChange = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, SignInHistory> _histories = [];
    private readonly RiskEngine _engine = services.GetRequiredService<RiskEngine>();
    private readonly NetworkActivity _activity = services.GetRequiredService<NetworkActivity>();
    private readonly IGeoLocator _places = services.GetRequiredService<IGeoLocator>();
    private readonly MfaOptions _options = services.GetRequiredService<MfaSettings>().Current;
    private DateTimeOffset? _began;
    private int _strangers;

    /// <summary>What the signals say of a row; null where it is no sign-in.</summary>
    public async Task<RiskAssessment?> StepAsync(SimulatedSignIn row)
    {
        var history = _histories.GetValueOrDefault(row.User, SignInHistory.Empty);
        for (var i = row.IsSignIn ? row.FailedPasswordsBefore : 1; i > 0; i--) history = Failed(history, row);
        // The host needn't know that it was a reset: the weaker of its two reports.
        if (row.AfterPasswordChange) history = history.Changed(new(row.At, ChangeKind.Password)) with { DevicesVoidBefore = row.At };

        RiskAssessment? risk = null;
        if (row.IsSignIn) (history, risk) = await SignInAsync(history, row);
        _began ??= row.At;
        // As each write does; before that nothing is that old.
        var oldest = row.At - _options.Policy.History.Retention;
        _histories[row.User] = oldest > _began ? history.Since(oldest) : history;
        return risk;
    }

    private SignInHistory Failed(SignInHistory history, SimulatedSignIn row)
    {
        _activity.Failed(Network.Of(row.Address), $"\n{row.User}", row.At);
        return history.Failed(new(row.At, FailureKind.Password, Network.Of(row.Address)));
    }

    private async Task<(SignInHistory, RiskAssessment)> SignInAsync(SignInHistory history, SimulatedSignIn row)
    {
        var signIn = SignInOf(row);
        var context = _engine.ContextOf(signIn, new LoadedHistory(history, 1, null), _options);
        var risk = await _engine.AssessAsync(context, default);
        var place = await _places.LocateAsync(row.Address, default);
        if (context.IsKnownDevice && risk.IsForTravel) history = DeviceChanges.TravelAsked(history, context.DeviceState.Device!.Key, signIn, place);
        if (risk.IsSuspicious) return (row.CanProve ? Proved(history, signIn, place) : history, risk);
        return (context.IsKnownDevice ? DeviceChanges.Seen(history, context.DeviceState.Device!.Key, signIn, place, _options) : history, risk);
    }

    private SignInHistory Proved(SignInHistory history, MfaPolicyContext signIn, GeoLocation? place) => DeviceChanges.Proved(
        history,
        new DeviceProof
        {
            Subject = signIn.Subject,
            SessionId = "",
            At = signIn.Now,
            Browser = signIn.Browser with { Secret = signIn.Browser.Secret ?? $"stranger{++_strangers}" },
            Address = signIn.RemoteAddress,
            Strength = MfaStrength.Otp,
            AsOf = signIn.Now.ToUnixTimeMilliseconds(),
        },
        place,
        _options);

    private static MfaPolicyContext SignInOf(SimulatedSignIn row) => new()
    {
        Subject = RiskHarness.SubjectOf(row.User),
        Principal = new ClaimsPrincipal(new ClaimsIdentity("password")),
        Scheme = "Cookies",
        Path = "/login",
        RemoteAddress = row.Address,
        Now = row.AfterPasswordChange ? row.At + AfterChange : row.At,
        Browser = new BrowserFacts(row.Browser, BrowserAgent.Of(row.UserAgent)),
    };
}
