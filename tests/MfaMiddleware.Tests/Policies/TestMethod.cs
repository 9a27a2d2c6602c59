using MfaMiddleware.Methods;

namespace MfaMiddleware.Tests.Policies;

/// <summary>A method that is only registered.</summary>
internal sealed class TestMethod(string name, MfaStrength strength, bool isRecovery = false) : IMfaMethod
{
    public string Name => name;

    public MfaMethodTraits Traits { get; } = new() { Label = name, Strength = strength, IsRecovery = isRecovery };

    public bool Recognizes(MfaAnswer answer) => false;

    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken) => throw new NotSupportedException();
}
