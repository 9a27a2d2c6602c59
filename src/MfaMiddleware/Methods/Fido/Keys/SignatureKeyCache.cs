using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;

namespace MfaMiddleware.Methods.Fido.Keys;

/// <summary>
/// The imported keys of the credentials that were used last: an import costs more than a signature's check. A key is found by its
/// credential's id and its own bytes, so that a changed record never meets an old key.
/// </summary>
internal sealed class SignatureKeyCache(int capacity = 1024) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<CacheKey, LinkedListNode<Entry>> _entries = [];
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
        var id = new CacheKey(credential.Id, credential.PublicKey);
        while (true)
        {
            // An entry can be evicted between the two lines: then it is empty, and no longer in the list.
            if ((Find(id) ?? Add(id.Copy(), Import(credential))).TryVerify(data, signature) is { } isRight) return isRight;
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

    private static SignatureKey Import(WebAuthnCredential credential)
    {
        var key = CoseKey.TryRead(credential.PublicKey);
        var imported = key?.AlgorithmId == credential.Algorithm ? SignatureKey.TryImport(key) : null;
        return imported ?? throw new CryptographicException("The stored public key of a WebAuthn credential can't be used with its algorithm.");
    }

    private Entry? Find(CacheKey id)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var node)) return null;

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    private Entry Add(CacheKey id, SignatureKey key)
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

    /// <summary>The credential's id and the key, compared by their bytes.</summary>
    private readonly struct CacheKey(ReadOnlyMemory<byte> id, ReadOnlyMemory<byte> publicKey) : IEquatable<CacheKey>
    {
        private readonly ReadOnlyMemory<byte> _id = id;
        private readonly ReadOnlyMemory<byte> _publicKey = publicKey;

        /// <summary>The same in memory of its own: a record's may be one part of something large.</summary>
        public CacheKey Copy() => new(_id.ToArray(), _publicKey.ToArray());

        public bool Equals(CacheKey other) => _id.Span.SequenceEqual(other._id.Span) && _publicKey.Span.SequenceEqual(other._publicKey.Span);

        public override bool Equals(object? obj) => obj is CacheKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(_id.Span);
            hash.AddBytes(_publicKey.Span);
            return hash.ToHashCode();
        }
    }

    /// <summary>One check at a time: .NET's keys don't promise to bear more.</summary>
    private sealed class Entry(CacheKey id, SignatureKey key) : IDisposable
    {
        private readonly Lock _gate = new();
        private SignatureKey? _key = key;

        public CacheKey Id { get; } = id;

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
