using System.Security.Cryptography;

namespace MfaMiddleware.PendingSessions;

/// <summary>
/// Finds the session that a client may answer. Unknown, expired, spent, of another kind, of another browser: all are null, with the same
/// work done.
/// </summary>
internal sealed class SessionOpener(SessionStore store, SessionProtector protector)
{
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    public async Task<OpenSession?> OpenAsync(MfaToken? token, CancellationToken cancellationToken) =>
        await OpenAsync(await FindAsync(token?.SessionId, token?.SecretHash, PendingSessionKind.Json, cancellationToken));

    /// <summary>The record of a browser's session, completed ones included.</summary>
    public Task<PendingSession?> FindAsync(string? id, byte[]? bindingHash, CancellationToken cancellationToken) =>
        FindAsync(id, bindingHash, PendingSessionKind.Browser, cancellationToken);

    /// <summary>The way back that a proof token opens: it can't be answered, and what can be answered is none.</summary>
    public async Task<OpenSession?> OpenComeBackAsync(MfaToken token, PendingSessionKind kind, CancellationToken cancellationToken)
    {
        var record = await FindAnyAsync(token.SessionId, token.SecretHash, kind, cancellationToken);
        return record is { Purpose: PendingSessionPurpose.ComeBack } ? Open(record) : null;
    }

    public Task<OpenSession?> OpenAsync(PendingSession? record) =>
        Task.FromResult(record is null or { CompletedUrl: not null } ? null : Open(record));

    private OpenSession? Open(PendingSession record)
    {
        try
        {
            return protector.Open(record);
        }
        catch (CryptographicException e)
        {
            // Fail closed: the record is ours and the key ring can't open it, so this node can't answer for it (503), and nothing is spent.
            throw new MfaUnavailableException(e);
        }
    }

    private async Task<PendingSession?> FindAsync(string? id, byte[]? hash, PendingSessionKind kind, CancellationToken cancellationToken) =>
        await FindAnyAsync(id, hash, kind, cancellationToken) is { Purpose: not PendingSessionPurpose.ComeBack } record ? record : null;

    private async Task<PendingSession?> FindAnyAsync(string? id, byte[]? hash, PendingSessionKind kind, CancellationToken cancellationToken)
    {
        var record = await store.FindAsync(id ?? "-", cancellationToken);
        var matches = CryptographicOperations.FixedTimeEquals(record?.SecretHash ?? NoHash, hash ?? NoHash);
        // Fail closed: what a newer version of this software made sessions for, this one must not answer.
        return matches && record is not null && hash is not null && record.Kind == kind && Enum.IsDefined(record.Purpose) ? record : null;
    }
}
