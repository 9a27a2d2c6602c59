using System.Security.Cryptography;
using MfaMiddleware.EntityFrameworkCore.Tests.Faults;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using WebHost = MfaMiddleware.TestKit.Hosting.TestHost;

namespace MfaMiddleware.EntityFrameworkCore.Tests.Nodes;

/// <summary>Two nodes, one of which can't read the keys of the other.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("mfa-keys-");
    private readonly DirectoryInfo _copy = Directory.CreateTempSubdirectory("mfa-keys-");

    public void Dispose()
    {
        _keys.Delete(recursive: true);
        _copy.Delete(recursive: true);
    }

    [Fact]
    public async Task C30_Node_that_has_a_copy_of_the_keys_from_before_the_last_one_answers_503_for_what_was_made_since_and_skips_nobody()
    {
        await using var database = new TestDatabase();
        var nodes = new FaultHost { Configure = Devices.AskOnlyUnknown };
        var known = await EnrolledBeforeAsync(nodes, database, "alice");
        // The copy is made once, and the one that all others share gets its next key.
        foreach (var file in _keys.GetFiles()) file.CopyTo(Path.Combine(_copy.FullName, file.Name));
        AddKey();
        await using var whole = await StartAsync(nodes, database, _keys);
        await using var stale = await StartAsync(nodes, database, _copy);
        using var toWhole = whole.Client();
        using var toStale = stale.Client();
        var bob = await toWhole.EnrollAsync(whole, "bob");

        // A session, a factor and a device that were made under the new key.
        Assert.False(await toWhole.IsAskedAsync("bob", bob.SignedIn.DeviceCookie()));
        var challenge = await toWhole.LoginAsync("bob");
        AssertUnavailable(await toStale.AnswerAsync(challenge.Token, bob.Device.Code()));
        AssertUnavailable(await toStale.AnswerAsync((await toStale.LoginAsync("bob")).Token, bob.Device.Code()));
        Assert.True(await toStale.IsAskedAsync("bob", bob.SignedIn.DeviceCookie()));

        // Nothing of it was spent, and the other node works: for both users. What it remembered of the browser the first one has written anew, so it may ask.
        Assert.Equal(200, (await toWhole.AnswerAsync(challenge.Token, bob.Device.Code())).Status);
        Assert.Equal(200, (await toWhole.AnswerAsync((await toWhole.LoginAsync("alice")).Token, known.Device.Code())).Status);
        Assert.Null(await toStale.MeAsync(bob.SignedIn.CookieHeader));
    }

    [Fact]
    public async Task C30_Node_whose_keys_can_no_longer_be_read_answers_503_to_whoever_needs_MFA_and_skips_nobody()
    {
        await using var database = new TestDatabase();
        var nodes = new FaultHost();
        await using var whole = await nodes.StartAsync(database.Use);
        var lost = new LostKeys(nodes.Keys);
        await using var broken = await nodes.StartAsync(database.Use, o => o.ServicesBefore = services => services.AddSingleton<IDataProtectionProvider>(lost));
        using var toWhole = whole.Client();
        using var toBroken = broken.Client();
        var alice = await toBroken.EnrollAsync(broken, "alice");
        var challenge = await toWhole.LoginAsync("alice");
        lost.AreLost = true;

        AssertUnavailable(await toBroken.LoginAsync("alice"));
        AssertUnavailable(await toBroken.LoginAsync("newcomer"));
        AssertUnavailable(await toBroken.AnswerAsync(challenge.Token, alice.Device.Code()));
        AssertUnavailable(await toBroken.AnswerAsync(challenge.Token, alice.RecoveryCodes[0]));

        Assert.Equal(200, (await toWhole.AnswerAsync(challenge.Token, alice.Device.Code())).Status);
        Assert.Equal(200, (await toWhole.AnswerAsync((await toWhole.LoginAsync("alice")).Token, alice.RecoveryCodes[0])).Status);
        lost.AreLost = false;
        whole.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(200, (await toBroken.AnswerAsync((await toBroken.LoginAsync("alice")).Token, alice.Device.Code())).Status);
    }

    private static void AssertUnavailable(Reply reply)
    {
        Assert.Equal((503, "temporarily_unavailable"), (reply.Status, reply.Error));
        Assert.Empty(reply.SessionCookies);
    }

    private async Task<EnrolledUser> EnrolledBeforeAsync(FaultHost nodes, TestDatabase database, string user)
    {
        await using var host = await StartAsync(nodes, database, _keys);
        using var client = host.Client();
        return await client.EnrollAsync(host, user);
    }

    private static Task<WebHost> StartAsync(FaultHost nodes, TestDatabase database, DirectoryInfo keys) =>
        nodes.StartAsync(database.Use, o => o.ServicesBefore = services => services.AddDataProtection().SetApplicationName("Nodes").PersistKeysToFileSystem(keys));

    private void AddKey()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddDataProtection().SetApplicationName("Nodes").PersistKeysToFileSystem(_keys);
        using var provider = services.BuildServiceProvider();
        var now = TimeProvider.System.GetUtcNow();
        var manager = provider.GetRequiredService<IKeyManager>();
        // The youngest that is active is the one that protects.
        manager.CreateNewKey(now, now + TimeSpan.FromDays(90));
    }

    /// <summary>Keys that go and come back while the node runs.</summary>
    private sealed class LostKeys(IDataProtectionProvider inner) : IDataProtectionProvider
    {
        public bool AreLost { get; set; }

        public IDataProtector CreateProtector(string purpose) => new Protector(this, inner.CreateProtector(purpose));

        private sealed class Protector(LostKeys keys, IDataProtector inner) : IDataProtector
        {
            public IDataProtector CreateProtector(string purpose) => new Protector(keys, inner.CreateProtector(purpose));

            public byte[] Protect(byte[] plaintext) => keys.AreLost ? throw Lost() : inner.Protect(plaintext);

            public byte[] Unprotect(byte[] protectedData) => keys.AreLost ? throw Lost() : inner.Unprotect(protectedData);

            private static CryptographicException Lost() => new("The key ring can't be read.");
        }
    }
}
