using System.Buffers.Binary;
using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Keys;

/// <summary>
/// The imported keys of the credentials that were used last: an import costs more than a signature's check. A key is found by the hash of
/// its bytes and its credential's id, so that a changed record never meets an old key.
/// </summary>
internal sealed class SignatureKeyCache(int capacity = 1024) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();

    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Checks a signature with the key of a credential.</summary>
    /// <param name="credential">The stored credential.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <returns>Whether the key signed it.</returns>
    /// <exception cref="CryptographicException">The stored key is no key of the stored algorithm.</exception>
    public bool Verify(WebAuthnCredential credential, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var id = IdOf(credential);
        while (true)
        {
            // An entry can be evicted between the two lines: then it is empty, and no longer in the list.
            if ((Find(id) ?? Add(id, Import(credential))).TryVerify(data, signature) is { } isRight) return isRight;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _byUse) entry.Dispose();
            _entries.Clear();
            _byUse.Clear();
        }
    }

    private static UInt128 IdOf(WebAuthnCredential credential)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, credential.Id.Length);
        sha.AppendData(length);
        sha.AppendData(credential.Id.Span);
        sha.AppendData(credential.PublicKey.Span);
        sha.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private static SignatureKey Import(WebAuthnCredential credential)
    {
        var key = CoseKey.TryRead(credential.PublicKey);
        var imported = key?.AlgorithmId == credential.Algorithm ? SignatureKey.TryImport(key) : null;
        return imported ?? throw new CryptographicException("The stored public key of a WebAuthn credential can't be used with its algorithm.");
    }

    private Entry? Find(UInt128 id)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var node)) return null;

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    private Entry Add(UInt128 id, SignatureKey key)
    {
        Entry? evicted = null;
        var entry = new Entry(id, key);
        lock (_gate)
        {
            if (_entries.TryGetValue(id, out var existing))
            {
                key.Dispose();
                return existing.Value;
            }

            if (_entries.Count >= capacity && _byUse.Last is { } last)
            {
                evicted = last.Value;
                _byUse.RemoveLast();
                _entries.Remove(evicted.Id);
            }

            _entries.Add(id, _byUse.AddFirst(entry));
        }

        // Out of the gate: it waits for a check that is under way.
        evicted?.Dispose();
        return entry;
    }

    /// <summary>One check at a time: .NET's keys don't promise to bear more.</summary>
    private sealed class Entry(UInt128 id, SignatureKey key) : IDisposable
    {
        private readonly Lock _gate = new();
        private SignatureKey? _key = key;

        public UInt128 Id { get; } = id;

        public bool? TryVerify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
        {
            lock (_gate) return _key?.Verify(data, signature);
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _key?.Dispose();
                _key = null;
            }
        }
    }
}
