using MfaMiddleware.Factors;
using MfaMiddleware.Methods.RecoveryCodes;

namespace MfaMiddleware.Methods.AccessCode;

/// <summary>
/// The code that an administrator gives to a user who lost everything: in the form of a recovery code, once, for an hour. Who has recovery codes
/// too names it (<c>"method": "access_code"</c>), since they look alike.
/// </summary>
/// <param name="hasher">Turns a code into what the store knows of it.</param>
internal sealed class AccessCodeMethod(LookupHasher hasher) : IMfaMethod
{
    /// <summary>The method's name, and the purpose of its hashes.</summary>
    public const string MethodName = "access_code";

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MfaMethodTraits Traits { get; } = new() { Label = "Access code", Strength = MfaStrength.Otp, IsRecovery = true };

    /// <inheritdoc/>
    public bool Recognizes(MfaAnswer answer) => RecoveryCode.TryNormalize(answer.Code, out _);

    /// <inheritdoc/>
    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) => new(new ChallengeResult.NotNeeded());

    /// <inheritdoc/>
    public async ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken) =>
        RecoveryCode.TryNormalize(answer.Code, out var code)
            ? new MethodResult.AcceptedIfStored(await hasher.HashAsync(MethodName, context.Subject, code, cancellationToken))
            : new MethodResult.Rejected("wrong_shape");
}
