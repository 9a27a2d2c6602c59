using System.Security.Cryptography;
using MfaMiddleware.Factors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Factors;

public sealed class LookupHasherTests
{
    private static readonly MfaSubject Alice = new("shop", "alice");

    private readonly LookupKeyStore _store = new();
    private readonly EphemeralDataProtectionProvider _provider = new();

    [Fact]
    public async Task EqualFields_GiveEqualHashes_InEveryProcessOfTheStore()
    {
        var (one, other) = (Hasher(), Hasher());

        var hash = await HashAsync(one, "p", Alice, "v");

        Assert.Matches("^[A-Za-z0-9_-]{43}$", hash);
        Assert.Equal(hash, await HashAsync(one, "p", Alice, "v"));
        Assert.Equal(hash, await HashAsync(other, "p", Alice, "v"));
    }

    [Fact]
    public async Task EachField_ChangesTheHash_AndNoneRunsIntoTheNext()
    {
        var hasher = Hasher();
        string[] hashes =
        [
            await HashAsync(hasher, "p", Alice, "v"),
            await HashAsync(hasher, "q", Alice, "v"),
            await HashAsync(hasher, "p", new("", "alice"), "v"),
            await HashAsync(hasher, "p", new("shop", "bob"), "v"),
            await HashAsync(hasher, "p", Alice, "w"),
            await HashAsync(hasher, "p", new("shopa", "lice"), "v"),
            await HashAsync(hasher, "p", new("shop", "alicev"), ""),
            await HashAsync(hasher, "ps", new("hop", "alice"), "v"),
        ];

        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public async Task AnotherStore_GivesOtherHashes() =>
        Assert.NotEqual(
            await HashAsync(Hasher(), "p", Alice, "v"),
            await HashAsync(new LookupHasher(new LookupKeyStore().Store, _provider, KeyRing()), "p", Alice, "v"));

    [Fact]
    public async Task Hash_IsTheHmacUnderTheStoresKey()
    {
        var hash = await HashAsync(Hasher(), "p", new("é", ""), "val");

        var key = _provider.CreateProtector("MfaMiddleware.LookupKey").Unprotect(WebEncoders.Base64UrlDecode(_store.Key!));
        byte[] message = [0, 0, 0, 1, (byte)'p', 0, 0, 0, 2, 0xC3, 0xA9, 0, 0, 0, 0, 0, 0, 0, 3, .. "val"u8];
        Assert.Equal(32, key.Length);
        Assert.Equal(WebEncoders.Base64UrlEncode(HMACSHA256.HashData(key, message)), hash);
    }

    [Fact]
    public async Task FirstCallersInParallel_AgreeOnOneKey_AndLaterOnesDoNotAskTheStore()
    {
        var hashers = Enumerable.Range(0, 4).Select(_ => Hasher()).ToArray();
        using var together = new Barrier(32);

        var hashes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait();
                return HashAsync(hashers[i % hashers.Length], "p", Alice, "v");
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
        var calls = _store.Calls;
        await Task.WhenAll(hashers.Select(hasher => HashAsync(hasher, "p", Alice, "v")));

        Assert.Single(hashes.Distinct());
        Assert.Equal(calls, _store.Calls);
    }

    [Fact]
    public async Task FailedLoad_IsTriedAgain()
    {
        var hasher = Hasher();
        _store.IsDown = true;
        await Assert.ThrowsAsync<TimeoutException>(() => hasher.EnsureKeyAsync(default).AsTask());
        _store.IsDown = false;

        await hasher.EnsureKeyAsync(default);

        Assert.Equal(2, _store.Calls);
    }

    [Fact]
    public async Task KeyOfAnotherKeyRing_StopsTheStart_AndNamesKeyRingAndApplication()
    {
        await Hasher().EnsureKeyAsync(default);
        var keys = Directory.CreateTempSubdirectory("keys");
        var keyRing = KeyRing(builder => builder.PersistKeysToFileSystem(keys).SetApplicationName("Shop"));
        var elsewhere = new LookupHasher(_store.Store, new EphemeralDataProtectionProvider(), keyRing);

        var error = await Assert.ThrowsAnyAsync<CryptographicException>(() => elsewhere.EnsureKeyAsync(default).AsTask());
        await Assert.ThrowsAnyAsync<CryptographicException>(() => HashAsync(elsewhere, "p", Alice, "v"));

        Assert.Contains($"the key ring in {keys.FullName} and the application name 'Shop'", error.Message, StringComparison.Ordinal);
        keys.Delete();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64url!")]
    [InlineData("AAAA")]
    public async Task DamagedKey_StopsTheStart(string stored)
    {
        _store.Key = stored;

        var error = await Assert.ThrowsAnyAsync<CryptographicException>(() => Hasher().EnsureKeyAsync(default).AsTask());

        Assert.Contains("the framework's default place", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyOfTheWrongLength_StopsTheStart()
    {
        _store.Key = WebEncoders.Base64UrlEncode(_provider.CreateProtector("MfaMiddleware.LookupKey").Protect([]));

        await Assert.ThrowsAnyAsync<CryptographicException>(() => Hasher().EnsureKeyAsync(default).AsTask());
    }

    private LookupHasher Hasher() => new(_store.Store, _provider, KeyRing());

    internal static KeyRingDescription KeyRing(Action<IDataProtectionBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        var builder = services.AddDataProtection();
        configure?.Invoke(builder);
        return ActivatorUtilities.CreateInstance<KeyRingDescription>(services.BuildServiceProvider());
    }

    private static Task<string> HashAsync(LookupHasher hasher, string purpose, MfaSubject subject, string value) =>
        hasher.HashAsync(purpose, subject, value, default).AsTask();
}
