using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>Signatures that are none, keys that are none, and the second form of a signature that is right.</summary>
public sealed class ForgingSignaturesTests
{
    private static readonly BigInteger Order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [Fact]
    public async Task B119_SignaturesThatAreNone_AreRefusedWithoutAnException()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        var cases = new KeyCases(host, client);
        using var key = new SoftAuthenticator();
        using var rsa = new SoftAuthenticator(SoftKey.Rs256());
        using var other = SoftKey.Es256();
        var (alice, bob) = (await cases.EnrollAsync(key), await cases.EnrollAsync(rsa));
        Task RefusedAsync(string what, Func<byte[], byte[]> change) => cases.AssertionIsRefusedAsync(what, key, alice, "bad_signature", d => d.ChangeSignature = change);

        await cases.AssertionIsRefusedAsync("wrong key", key, alice, "bad_signature", d => d.Signer = other);
        await cases.AssertionIsRefusedAsync("ES256 with an RS256 record", rsa, bob, "bad_signature", d => d.Signer = other);
        await cases.AssertionIsRefusedAsync("RS256 with an ES256 record", key, alice, "bad_signature", d => d.Signer = rsa.Key);
        await RefusedAsync("empty", _ => []);
        await RefusedAsync("garbage", s => RandomNumberGenerator.GetBytes(s.Length));
        await RefusedAsync("garbage behind a sequence's head", s => [.. s[..2], .. RandomNumberGenerator.GetBytes(s.Length - 2)]);
        await RefusedAsync("cut off", s => s[..^1]);
        await RefusedAsync("one byte more", s => [.. s, 0]);
        await RefusedAsync("a length in two bytes", s => [s[0], 0x81, .. s[1..]]);
        await RefusedAsync("an indefinite length", s => [s[0], 0x80, .. s[2..], 0, 0]);
        await RefusedAsync("the two numbers without DER", s => [.. Bytes(Read(s).R), .. Bytes(Read(s).S)]);
        await RefusedAsync("r=0", s => Write(BigInteger.Zero, Read(s).S));
        await RefusedAsync("s=0", s => Write(Read(s).R, BigInteger.Zero));
        await RefusedAsync("r=s=0", _ => Write(BigInteger.Zero, BigInteger.Zero));
        await RefusedAsync("r negative", s => Write(-Read(s).R, Read(s).S));
        await RefusedAsync("r over the order", s => Write(Read(s).R + Order, Read(s).S));
        cases.NothingFailed();
    }

    [Fact]
    public async Task B119_KeysThatAreNone_AreNotRegisteredAndWithoutAnException()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        var cases = new KeyCases(host, client);
        using var key = new SoftAuthenticator();
        using var weak = SoftKey.Rs256(bits: 512);
        var (x, y) = (key.Key.Point.X!, key.Key.Point.Y!);
        Task RefusedAsync(string what, string reason, byte[] publicKey) =>
            cases.RegistrationIsRefusedAsync(what, key, reason, d => d.PublicKey = publicKey, isTakenUnchanged: false);

        await RefusedAsync("off the curve", "key_invalid", SoftKey.EncodePoint(-7, 1, x, [.. y.Select(b => (byte)~b)]));
        await RefusedAsync("RSA of 512 bits", "key_invalid", weak.PublicKey);
        await RefusedAsync("RS256 over a point", "key_invalid", SoftKey.EncodePoint(-257, 1, x, y));
        await RefusedAsync("RS384, known but not offered", "algorithm_not_offered", SoftKey.EncodePoint(-258, 1, x, y));
        await RefusedAsync("ES256K", "algorithm_not_supported", SoftKey.EncodePoint(-47, 8, x, y));
        await RefusedAsync("no algorithm at all", "algorithm_not_supported", SoftKey.EncodePoint(7, 1, x, y));
        Assert.Equal(200, (await FidoHost.EnrollAsync(client, key, "alice")).Status);
        cases.NothingFailed();
    }

    [Fact]
    public async Task B119_SecondFormOfASignature_IsTakenOnceLikeTheFirstAndReplaysNothing()
    {
        await using var host = await TestHost.StartAsync(FidoHost.Use);
        using var client = host.Client();
        using var key = new SoftAuthenticator();
        await FidoHost.EnrollAsync(client, key, "alice");
        foreach (var isHighFirst in new[] { false, true })
        {
            var token = (await client.LoginAsync("alice")).Token;
            var options = await FidoHost.OptionsAsync(client, token);
            byte[] signature = [];
            var one = key.Get(options, d => d.ChangeSignature = s => signature = WithS(s, isHighFirst));
            var twin = key.Get(options, d => d.ChangeSignature = _ => WithS(signature, !isHighFirst));

            // ECDSA has two forms of each signature, and authenticators send either: docs/adr/0007.
            Assert.Equal((isHighFirst, 200), (isHighFirst, (await FidoHost.AnswerAsync(client, token, one)).Status));
            Oracles.IsInvalidToken(await FidoHost.AnswerAsync(client, token, twin));
            var elsewhere = await FidoHost.AnswerAsync(client, (await client.LoginAsync("alice")).Token, twin);
            await FidoHost.OptionsAsync(client, elsewhere.Token);
            var again = await FidoHost.AnswerAsync(client, elsewhere.Token, twin);
            Assert.Equal((401, "invalid_code", 401, "invalid_code"), (elsewhere.Status, elsewhere.Error, again.Status, again.Error));
        }

        // Nor after an answer that was refused: the challenge is burned for both.
        var pending = (await client.LoginAsync("alice")).Token;
        var request = await FidoHost.OptionsAsync(client, pending);
        var refused = await FidoHost.AnswerAsync(client, pending, key.Get(request, d => d.Flags = 0));
        Assert.Equal(401, refused.Status);
        foreach (var isHigh in new[] { false, true })
        {
            refused = await FidoHost.AnswerAsync(client, refused.Token, key.Get(request, d => d.ChangeSignature = s => WithS(s, isHigh)));
            Assert.Equal((401, "invalid_code"), (refused.Status, refused.Error));
        }
    }

    private static byte[] WithS(byte[] signature, bool isHigh)
    {
        var (r, s) = Read(signature);
        return Write(r, s > Order / 2 == isHigh ? s : Order - s);
    }

    private static (BigInteger R, BigInteger S) Read(byte[] signature)
    {
        var sequence = new AsnReader(signature, AsnEncodingRules.DER).ReadSequence();
        return (sequence.ReadInteger(), sequence.ReadInteger());
    }

    private static byte[] Write(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
