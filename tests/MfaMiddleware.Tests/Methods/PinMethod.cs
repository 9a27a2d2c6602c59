using System.Text;
using MfaMiddleware.Factors;
using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MfaMiddleware.Tests.Methods;

/// <summary>A method as a third party would write it: one class, which counts nothing. It uses public types alone.</summary>
public sealed class PinMethod(MfaSecretProtector protector) : IMfaMethod, IMfaEnrollment
{
    public string Name => "pin";

    public MfaMethodTraits Traits { get; } = new() { Label = "PIN", Strength = MfaStrength.Otp, Amr = ["pin"], NeedsChallenge = true };

    public bool Recognizes(MfaAnswer answer) => answer?.Code is { Length: 6 };

    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) =>
        new(new ChallengeResult.Started("asked") { SentTo = "your memory" });

    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken)
    {
        if (answer.Code == "throw!") throw new InvalidOperationException("The device is broken.");
        var factor = context.Factors.FirstOrDefault(f => Encoding.UTF8.GetString(protector.Unprotect(f)) == answer.Code);
        return new(factor is null ? new MethodResult.Rejected("wrong_code") : new MethodResult.Accepted(factor));
    }

    public ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken)
    {
        if (context.Name == "throw!") throw new InvalidOperationException("The device is broken.");
        return new(new EnrollmentStart.Begun(Draft(protector, context.Subject, "314159", context.Now)) { Secret = "314159" });
    }

    public async ValueTask<MethodResult> CompleteAsync(EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken) =>
        await VerifyAsync(new MfaMethodContext { Subject = context.Subject, Factors = [draft], Now = context.Now }, answer, cancellationToken);

    internal static async Task EnrollAsync(TestHost host, string user, string pin)
    {
        var draft = Draft(host.Services.GetRequiredService<MfaSecretProtector>(), new MfaSubject("", user), pin, host.Clock.GetUtcNow());
        await host.Services.GetRequiredService<IMfaFactorStore>().TryAddFactorAsync(draft, 10, default, default);
    }

    private static MfaFactor Draft(MfaSecretProtector protector, MfaSubject subject, string pin, DateTimeOffset now)
    {
        var id = "pin-" + subject.Id;
        return new() { Id = id, Subject = subject, Method = "pin", ProtectedSecret = protector.Protect(subject, id, Encoding.UTF8.GetBytes(pin)), CreatedAt = now };
    }
}
