using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.TestKit.Methods;

/// <summary>A method that sends a code, as a third party would write it. What it sends is in <see cref="Sent"/>.</summary>
public sealed class MessageMethod : IMfaMethod
{
    public const string MethodName = "message";

    public static readonly TimeSpan Resend = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private readonly ConcurrentQueue<string> _sent = new();

    /// <summary>The codes, oldest first.</summary>
    public IReadOnlyList<string> Sent => [.. _sent];

    /// <summary>How many it sends in all.</summary>
    public int Budget { get; set; } = 100;

    /// <summary>Whether it says how many are left; one that doesn't refuses when asked.</summary>
    public bool TellsBudget { get; set; }

    public bool IsDown { get; set; }

    public string Name => MethodName;

    public MfaMethodTraits Traits { get; } = new() { Label = "Message", Strength = MfaStrength.Otp, NeedsChallenge = true };

    public bool Recognizes(MfaAnswer answer) => answer?.Code is { Length: 6 } code && code.All(char.IsAsciiDigit);

    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (IsDown) throw new InvalidOperationException("The sender is down.");
        if (_sent.Count >= Budget) return new(new ChallengeResult.Throttled(TimeSpan.FromMinutes(10)));

        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);
        _sent.Enqueue(code);
        return new(new ChallengeResult.Started($"{code} {(context.Now + Lifetime).Ticks}")
        {
            SentTo = "•••• 42",
            ExpiresIn = Lifetime,
            ResendAfter = Resend,
            SendsRemaining = TellsBudget ? Budget - _sent.Count : null,
        });
    }

    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var isRight = context.ChallengeState?.Split(' ') is [var code, var expires]
            && code == answer?.Code
            && context.Now.Ticks < long.Parse(expires, CultureInfo.InvariantCulture);
        return new(isRight ? new MethodResult.Accepted(context.Factors[0]) : new MethodResult.Rejected("wrong_code"));
    }

    /// <summary>Puts a factor into the store, as if the user had set it up before.</summary>
    public static async Task EnrollAsync(TestHost host, string user)
    {
        ArgumentNullException.ThrowIfNull(host);
        var subject = new MfaSubject("", user);
        var id = "message-" + user;
        var secret = host.Services.GetRequiredService<MfaSecretProtector>().Protect(subject, id, [0]);
        var factor = new MfaFactor { Id = id, Subject = subject, Method = MethodName, ProtectedSecret = secret, CreatedAt = host.Clock.GetUtcNow() };
        if (!await host.Services.GetRequiredService<IMfaFactorStore>().TryAddFactorAsync(factor, 10, factor.CreatedAt, default)) throw new InvalidOperationException("The factor was not added.");
    }
}
