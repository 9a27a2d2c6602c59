using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace MfaMiddleware.Factors;

/// <summary>
/// Keyed hashes (HMAC-SHA-256) of values that a store must find without knowing them, under one random 256-bit key of the store, which is
/// itself kept protected. The key is the canary of the key ring too.
/// </summary>
/// <param name="store">Keeps the key.</param>
/// <param name="provider">Protects the key.</param>
/// <param name="keyRing">What an operator must know when the key doesn't open.</param>
internal sealed class LookupHasher(IMfaFactorStore store, IDataProtectionProvider provider, KeyRingDescription keyRing)
{
    private const int MaxOnStack = 512;

    private readonly IDataProtector _protector = provider.CreateProtector("MfaMiddleware.LookupKey");
    private byte[]? _key;

    /// <summary>Loads the key, or makes it. For the start: a key ring that can't open it must be seen before the first user.</summary>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>When the key is there.</returns>
    /// <exception cref="CryptographicException">The store's key doesn't open; the message names key ring and application name.</exception>
    public async ValueTask EnsureKeyAsync(CancellationToken cancellationToken) => await KeyAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Reads the key from the store again and opens it: for a process that runs, whose store or key ring may have changed since.</summary>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>When it is the key that this process works with.</returns>
    /// <exception cref="CryptographicException">The store's key doesn't open, or is another one; the message says what to do.</exception>
    public async ValueTask CheckKeyAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _key) is not { } known)
        {
            await EnsureKeyAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        // Where the store has none any more, it gets the one that its hashes were made with: a check must not bring another into the world.
        var stored = Open(await store.GetOrAddLookupKeyAsync(Protect(known), cancellationToken).ConfigureAwait(false));
        if (CryptographicOperations.FixedTimeEquals(stored, known)) return;
        throw new CryptographicException(
            "The MFA factor store has another look-up key than at the start of this process, so no recovery or access code is found: "
            + "restart the process if the store was replaced.");
    }

    /// <summary>Hashes a value for one purpose and one user.</summary>
    /// <param name="purpose">What the value is: hashes of different purposes never meet.</param>
    /// <param name="subject">The user.</param>
    /// <param name="value">The value, normalised.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    /// <returns>The hash, base64url.</returns>
    /// <exception cref="CryptographicException">The store's key doesn't open.</exception>
    public async ValueTask<string> HashAsync(string purpose, MfaSubject subject, string value, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(cancellationToken).ConfigureAwait(false);
        return Compute(key, [purpose, subject.Realm, subject.Id, value]);
    }

    // Each field with its length before it: no two lists of fields make the same bytes.
    private static string Compute(byte[] key, ReadOnlySpan<string> fields)
    {
        var length = 0;
        foreach (var field in fields) length += sizeof(int) + Encoding.UTF8.GetByteCount(field);
        var text = length <= MaxOnStack ? stackalloc byte[length] : new byte[length];
        var rest = text;
        foreach (var field in fields)
        {
            var written = Encoding.UTF8.GetBytes(field, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(rest, written);
            rest = rest[(sizeof(int) + written)..];
        }

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, text, hash);
        CryptographicOperations.ZeroMemory(text);
        return WebEncoders.Base64UrlEncode(hash);
    }

    private ValueTask<byte[]> KeyAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _key) is { } key ? new(key) : LoadAsync(cancellationToken);

    // Without a lock: the store hands every caller the same key, so first-comers in parallel agree, and none waits on another's cancellation.
    // The field is set by success alone, so a failure is tried again by the next caller.
    private async ValueTask<byte[]> LoadAsync(CancellationToken cancellationToken)
    {
        var candidate = RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes);
        var protectedCandidate = Protect(candidate);
        CryptographicOperations.ZeroMemory(candidate);

        var key = Open(await store.GetOrAddLookupKeyAsync(protectedCandidate, cancellationToken).ConfigureAwait(false));
        Volatile.Write(ref _key, key);
        return key;
    }

    private string Protect(byte[] key) => WebEncoders.Base64UrlEncode(_protector.Protect(key));

    private byte[] Open(string stored)
    {
        try
        {
            var key = _protector.Unprotect(WebEncoders.Base64UrlDecode(stored));

            // Whatever else stands there, a hash under a short key could be searched.
            return key.Length == HMACSHA256.HashSizeInBytes ? key : throw new CryptographicException("The key has the wrong length.");
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new CryptographicException(
                $"The look-up key of the MFA factor store can't be opened with {keyRing}. The store was filled under another key ring or "
                + "application name: restore that key ring (PersistKeysTo…) and name (SetApplicationName), or the secrets in the store are lost.",
                e);
        }
    }
}
