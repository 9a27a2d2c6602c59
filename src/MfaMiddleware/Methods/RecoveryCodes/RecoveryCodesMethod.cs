using MfaMiddleware.Factors;

namespace MfaMiddleware.Methods.RecoveryCodes;

/// <summary>Recovery codes: each proves the second factor once, when the authenticator is lost.</summary>
/// <param name="hasher">Turns a code into what the store knows of it.</param>
internal sealed class RecoveryCodesMethod(LookupHasher hasher) : IMfaMethod
{
    /// <summary>The method's name, and the purpose of its hashes.</summary>
    public const string MethodName = "recovery_code";

    /// <inheritdoc/>
    public string Name => MethodName;

    /// <inheritdoc/>
    public MfaMethodTraits Traits { get; } = new() { Label = "Recovery code", Strength = MfaStrength.Otp, IsRecovery = true };

    /// <inheritdoc/>
    public bool Recognizes(MfaAnswer answer) => RecoveryCode.TryNormalize(answer.Code, out _);

    /// <inheritdoc/>
    public ValueTask<ChallengeResult> ChallengeAsync(MfaMethodContext context, CancellationToken cancellationToken) =>
        new(new ChallengeResult.NotNeeded());

    /// <inheritdoc/>
    public async ValueTask<MethodResult> VerifyAsync(MfaMethodContext context, MfaAnswer answer, CancellationToken cancellationToken)
    {
        if (!RecoveryCode.TryNormalize(answer.Code, out var code)) return new MethodResult.Rejected("wrong_shape");

        // Whether such a code exists only the store's conditional delete can say: a look-up first would be a second answer to race with.
        return new MethodResult.AcceptedIfStored(
            await hasher.HashAsync(MethodName, context.Subject, code, cancellationToken).ConfigureAwait(false));
    }
}
