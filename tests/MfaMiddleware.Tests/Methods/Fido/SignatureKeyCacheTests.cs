using System.Security.Cryptography;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class SignatureKeyCacheTests
{
    private static readonly byte[] Data = [1, 2, 3];

    [Fact]
    public void Cache_HoldsNoMoreThanItsCapacity_AndFindsTheEvictedAgain()
    {
        using var cache = new SignatureKeyCache(capacity: 2);
        using var keys = new Keys(3);

        for (var round = 0; round < 3; round++) Assert.All(keys, k => Assert.True(cache.Verify(k.Credential, Data, k.Signature)));

        Assert.Equal(2, cache.Count);
    }

    [Fact]
    public void ChangedKeyOfACredential_NeverMeetsTheOldOne()
    {
        using var cache = new SignatureKeyCache();
        using var keys = new Keys(2);
        var (first, second) = (keys[0], keys[1]);
        Assert.True(cache.Verify(first.Credential, Data, first.Signature));

        var changed = first.Credential with { PublicKey = second.Credential.PublicKey };

        Assert.False(cache.Verify(changed, Data, first.Signature));
        Assert.True(cache.Verify(changed, Data, second.Signature));
    }

    [Fact]
    public void ManyThreadsWithEvictionsBetween_AllGetTheRightAnswer()
    {
        using var cache = new SignatureKeyCache(capacity: 2);
        using var keys = new Keys(4);

        var wrong = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var key = keys[i % 4];
            var other = keys[(i + 1) % 4];
            if (!cache.Verify(key.Credential, Data, key.Signature) || cache.Verify(key.Credential, Data, other.Signature)) Interlocked.Increment(ref wrong);
        });

        Assert.Equal(0, wrong);
        Assert.InRange(cache.Count, 1, 2);
    }

    [Fact]
    public void DamagedStoredKey_IsAnExceptionAndNoWrongAnswer()
    {
        using var cache = new SignatureKeyCache();
        using var keys = new Keys(1);
        var credential = keys[0].Credential;

        Assert.Throws<CryptographicException>(() => cache.Verify(credential with { PublicKey = new byte[] { 0xA0 } }, Data, keys[0].Signature));
        Assert.Throws<CryptographicException>(() => cache.Verify(credential with { Algorithm = CoseAlgorithm.Rs256.Id }, Data, keys[0].Signature));
        Assert.Equal(0, cache.Count);
    }

    private sealed class Keys : List<(WebAuthnCredential Credential, byte[] Signature)>, IDisposable
    {
        private readonly List<SoftKey> _keys = [];

        public Keys(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var key = SoftKey.Es256();
                _keys.Add(key);
                Add((new WebAuthnCredential { Id = new byte[] { (byte)i }, PublicKey = key.PublicKey, Algorithm = key.Algorithm }, key.Sign(Data)));
            }
        }

        public void Dispose() => _keys.ForEach(k => k.Dispose());
    }
}
