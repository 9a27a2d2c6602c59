using MfaMiddleware.Enrollment;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>Keys that an app knows from U2F days go on working: nobody enrols again.</summary>
public sealed class U2FImportTests
{
    [Fact]
    public async Task ImportedKey_SignsIn_UnderItsOldAppId()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        using var key = new SoftAuthenticator { IsU2F = true, RegisteredUnder = FidoHost.AppId, Counter = 41 };
        await FidoHost.ImportU2FAsync(host, key, "alice");

        var done = await FidoHost.SignInAsync(client, key, "alice");

        Assert.Equal(200, done.Status);
        Assert.Equal("urn:mfa:3", (string)(await client.MeAsync(done.CookieHeader))!["acr"]![0]!);
        Assert.Equal(1, host.Events.Count(MfaEventNames.FactorAdded, "alice"));

        key.Counter = 40;
        Assert.Equal(401, (await FidoHost.SignInAsync(client, key, "alice")).Status);
    }

    [Fact]
    public async Task KeyThatAnybodyHas_IsNotAddedTwice_AndWhatIsNoKey_IsRefused()
    {
        await using var host = await StartAsync();
        using var key = new SoftAuthenticator { IsU2F = true };
        await FidoHost.ImportU2FAsync(host, key, "alice");
        var administration = host.Services.GetRequiredService<MfaFactorAdministration>();
        byte[] point = [4, .. key.Key.Point.X!, .. key.Key.Point.Y!];
        var bob = new MfaSubject("", "bob");
        Task<bool> ImportAsync(byte[] handle, byte[] publicKey) => administration.ImportU2FKeyAsync(bob, new U2FKey(handle, publicKey, 0), null, default);

        Assert.False(await ImportAsync(key.CredentialId, point));
        byte[] offCurve = [.. point[..^1], (byte)(point[^1] ^ 1)];
        await Assert.ThrowsAsync<ArgumentException>(() => ImportAsync(key.CredentialId, offCurve));
        await Assert.ThrowsAsync<ArgumentException>(() => ImportAsync(key.CredentialId, point[..64]));
        await Assert.ThrowsAsync<ArgumentException>(() => ImportAsync(key.CredentialId[..15], point));
        Assert.Empty((await administration.ListAsync(bob, default)).Factors);
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(o =>
    {
        FidoHost.Use(o);
        o.Settings["Methods:Fido:AppId"] = FidoHost.AppId;
    });
}
