using MfaMiddleware.Telemetry;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Methods.Fido;
using MfaMiddleware.Tests.Threats.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>
/// CBOR that breaks parsers. What it costs is asserted where nothing else runs (HostileRegistrationTests): here, that it is a wrong answer
/// like any other.
/// </summary>
public sealed class FeedingCborTests
{
    [Fact]
    public async Task B120_StrangeCbor_IsRefusedLikeAnyWrongAnswer()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        var cases = new KeyCases(host, client);
        async Task RefusedAsync(string what, Action<SoftDraft> change, string reason = "malformed")
        {
            using var key = new SoftAuthenticator();
            await cases.RegistrationIsRefusedAsync(what, key, reason, change);
        }

        foreach (var shape in new[] { CborShapes.IndefiniteMap, CborShapes.DuplicateName, CborShapes.LongNumber, CborShapes.HugeLength, CborShapes.DeepBomb, CborShapes.FourMembers })
        {
            await RefusedAsync(shape, d => d.ChangeObject = o => CborShapes.Change(shape, o));
        }

        await RefusedAsync("a byte behind the object", d => d.ChangeObject = o => [.. o, 0]);
        await RefusedAsync("a second object", d => d.ChangeObject = o => [.. o, .. o]);
        await RefusedAsync("a tag before the object", d => d.ChangeObject = o => [0xC1, .. o]);
        await RefusedAsync("nothing", d => d.ChangeObject = _ => []);
        // In the key, which is a part of the authenticator data: an indefinite map, a name twice, a longer number than needed, a length of 2^63.
        await RefusedAsync("indefinite key", d => d.PublicKey = [0xBF, .. d.PublicKey![1..], 0xFF]);
        await RefusedAsync("type twice", d => d.PublicKey = [0xA6, 0x01, 0x02, .. d.PublicKey![1..]], "key_invalid");
        await RefusedAsync("longer type", d => d.PublicKey = [0xA5, 0x01, 0x18, 0x02, .. d.PublicKey![3..]]);
        await RefusedAsync("huge coordinate", d => d.PublicKey = [.. d.PublicKey![..8], 0x5B, 0x80, 0, 0, 0, 0, 0, 0, 0, .. d.PublicKey![10..]]);
        await RefusedAsync("a byte behind the data", d => d.ChangeData = data => [.. data, 0]);
        await RefusedAsync("an id of 1,024 bytes", d => d.CredentialId = new byte[1024], "credential_id_length");
        await RefusedAsync("an id longer than the data", d => d.ChangeData = data => [.. data[..53], 0xFF, 0xFF, .. data[55..]]);
        cases.NothingFailed();
    }

    [Fact]
    public async Task B120_StrangeExtensionsOfAnAssertion_AreRefusedLikeAnyWrongAnswer()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        var cases = new KeyCases(host, client);
        using var key = new SoftAuthenticator();
        var user = await cases.EnrollAsync(key);
        var shapes = new (string What, byte[] Extensions)[]
        {
            ("indefinite", [0xBF, 0xFF]),
            ("a name twice", [0xA2, 0x61, 0x61, 0x00, 0x61, 0x61, 0x01]),
            ("two maps", [0xA0, 0xA0]),
            ("a bomb", [0xA1, 0x61, 0x61, .. Enumerable.Repeat((byte)0x81, 5_000), 0x00]),
            ("a length of 2^63", [0xA1, 0x61, 0x61, 0x5B, 0x80, 0, 0, 0, 0, 0, 0, 0]),
            ("a count of 2^63", [0xBB, 0x80, 0, 0, 0, 0, 0, 0, 0]),
            ("a longer number", [0xA1, 0x61, 0x61, 0x18, 0x01]),
            ("cut off", [0xA1, 0x61]),
        };
        foreach (var (what, extensions) in shapes)
        {
            await cases.AssertionIsRefusedAsync(what, key, user, "malformed", d => (d.Flags, d.Extensions) = ((byte)(d.Flags | SoftDraft.Extended), extensions));
        }

        cases.NothingFailed();
    }

    [Fact]
    public async Task B120_RegistrationCutAtEachByte_IsRefusedLikeAnyWrongAnswer()
    {
        await using var host = await TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.LogLevel = LogLevel.Warning;
        });
        using var client = host.Client();
        using var key = new SoftAuthenticator { CredentialId = new byte[16] };
        var (length, token) = (1, (string?)null);
        for (var cut = 0; cut < length; cut++)
        {
            token ??= (await client.LoginAsync($"user{cut}")).Token;
            var reply = await FidoHost.EnrollOnAsync(client, token, key, d => d.ChangeObject = o => o[..Math.Min(cut, length = o.Length)]);
            // The fifth wrong answer is the session's last.
            Assert.Equal((cut, 401, cut % 5 == 4 ? "too_many_attempts" : "invalid_code"), (cut, reply.Status, reply.Error));
            Assert.Empty(reply.SetCookies);
            token = reply.Token;
        }

        Assert.True(length > 150);
        Assert.Equal(length, host.Events.All.Count(e => e.Name == MfaEventNames.AnswerRejected && e.Reasons.Contains("malformed")));
        Assert.Equal(200, (await FidoHost.EnrollAsync(client, key, "alice")).Status);
        new KeyCases(host, client).NothingFailed();
    }
}
