using MfaMiddleware.Factors;
using MfaMiddleware.Methods;

namespace MfaMiddleware.Tests.Enrollment;

/// <summary>A method stronger than a code: the answer is the word "touch".</summary>
internal sealed class KeyMethod : IMfaMethod, IMfaEnrollment
{
    private int _made;

    public string Name => "key";

    public MfaMethodTraits Traits { get; } = new() { Label = "Key", Strength = MfaStrength.PhishingResistant };

    public static MfaFactor FactorOf(string user, int number) => new()
    {
        Id = $"key{number:D18}A",
        Subject = new MfaSubject("", user),
        Method = "key",
        ProtectedSecret = "none",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public bool Recognizes(MfaAnswer answer) => answer.Code == "touch";

    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) => new(new ChallengeResult.NotNeeded());

    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken) =>
        new(answer.Code == "touch" ? new MethodResult.Accepted(context.Factors[0]) : new MethodResult.Rejected("wrong_code"));

    public ValueTask<EnrollmentStart> BeginAsync(EnrollmentContext context, CancellationToken cancellationToken) =>
        new(new EnrollmentStart.Begun(FactorOf(context.Subject.Id, Interlocked.Increment(ref _made)) with { Name = context.Name, CreatedAt = context.Now }));

    public ValueTask<MethodResult> CompleteAsync(EnrollmentContext context, MfaFactor draft, MfaAnswer answer, CancellationToken cancellationToken) =>
        new(answer.Code == "touch" ? new MethodResult.Accepted(draft) : new MethodResult.Rejected("wrong_code"));
}
