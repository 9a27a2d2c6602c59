using MfaMiddleware;

namespace AuthorizationServer.Backend;

/// <summary>A pending sign-in as its client sees it.</summary>
public sealed record PendingView
{
    public int Type { get; init; } = 1;

    public string? Error { get; init; }

    public string? MfaToken { get; init; }

    public int ExpiresIn { get; init; }

    public int AttemptsRemaining { get; init; }

    public IReadOnlyList<MethodView> Methods { get; init; } = [];

    public IReadOnlyList<string>? Enroll { get; init; }

    public static PendingView Of(MfaPendingSignIn pending, string? error, DateTimeOffset now) => new()
    {
        Error = error,
        MfaToken = pending.Token,
        ExpiresIn = (int)(pending.ExpiresAt - now).TotalSeconds,
        AttemptsRemaining = pending.AttemptsRemaining,
        Methods = [.. pending.Methods.Select(method => new MethodView(method.Id, method.Method, method.Label, method.Hint, method.Challenge?.SentTo))],
        Enroll = pending.IsEnrollment ? pending.Enroll : null,
    };
}

/// <param name="SentTo">Where a code is on its way to, masked.</param>
public sealed record MethodView(string Id, string Method, string Name, string? Hint, string? SentTo);
