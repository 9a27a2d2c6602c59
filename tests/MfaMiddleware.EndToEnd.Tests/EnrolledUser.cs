namespace MfaMiddleware.EndToEnd.Tests;

/// <summary>What a person holds after the set-up.</summary>
internal sealed class EnrolledUser(string secret, IEnumerable<string> recoveryCodes)
{
    private readonly Queue<string> _recoveryCodes = new(recoveryCodes);

    public Authenticator Authenticator { get; } = new(secret);

    public int RecoveryCodesLeft => _recoveryCodes.Count;

    /// <summary>A recovery code that nobody has used yet.</summary>
    public string TakeRecoveryCode() => _recoveryCodes.Dequeue();
}
