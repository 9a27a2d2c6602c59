using MfaMiddleware.TestKit.Fido;
using MfaMiddleware.TestKit.Hosting;
using MfaMiddleware.Tests.Threats.Support;
using Xunit;

namespace MfaMiddleware.Tests.Threats;

/// <summary>What a key says of its maker: a lie is refused always, and a maker whom nobody knows where the settings say so.</summary>
public sealed class ForgingAttestationsTests : IDisposable
{
    private static readonly Guid Model = new("cb69481e-8ff7-4039-93ec-0a2729a154a8");

    private readonly SoftMaker _maker = new();
    private readonly SoftMaker _stranger = new();
    private readonly string _root = Path.GetTempFileName();

    public void Dispose()
    {
        _maker.Dispose();
        _stranger.Dispose();
        File.Delete(_root);
    }

    [Fact]
    public async Task B121_StatementsThatContradictTheirFormat_AreRefusedByDefault()
    {
        await using var host = await StartAsync();
        using var client = host.Client();
        var cases = new KeyCases(host, client);
        using var none = new SoftAuthenticator();
        using var self = new SoftAuthenticator { Format = "packed" };
        using var u2f = new SoftAuthenticator { Format = "fido-u2f", IsU2F = true, Maker = _maker };
        using var packed = new SoftAuthenticator { Format = "packed", Maker = _maker };

        await cases.RegistrationIsRefusedAsync("none with a statement", none, "attestation_invalid", d => d.ChangeStatement = s => s["sig"] = new byte[8]);
        await cases.RegistrationIsRefusedAsync("self with another algorithm", self, "attestation_invalid", d => d.StatementAlgorithm = -257);
        await cases.RegistrationIsRefusedAsync("fido-u2f with a model", u2f, "aaguid_not_zero", d => d.Aaguid = Model);
        await cases.RegistrationIsRefusedAsync("Packed", packed, "attestation_format_unknown", d => d.Format = "Packed");
        cases.NothingFailed();
    }

    [Fact]
    public async Task B121_CertificateThatLeadsToNoRoot_IsRefusedWhereTheSettingsSaySoAndElseProvesNothing()
    {
        await using var lenient = await StartAsync();
        await using var strict = await StartAsync(refuseUntrusted: true);
        foreach (var (host, maker, isTaken) in new[] { (strict, _maker, true), (strict, _stranger, false), (lenient, _maker, true), (lenient, _stranger, true) })
        {
            using var client = host.Client();
            using var key = new SoftAuthenticator { Format = "packed", Maker = maker, Aaguid = Model };
            var user = $"{maker == _maker}";
            if (!isTaken)
            {
                await new KeyCases(host, client).RegistrationIsRefusedAsync("stranger", key, "attestation_untrusted", _ => { }, isTakenUnchanged: false);
                continue;
            }

            var reply = await FidoHost.EnrollAsync(client, key, user);
            // RFC 8176: hardware is claimed where its maker is known, and nowhere else.
            Assert.Equal((200, maker == _maker), (reply.Status, (await client.MeAsync(reply.CookieHeader))!["amr"]!.AsArray().Any(a => (string)a! == "hwk")));
        }
    }

    private Task<TestHost> StartAsync(bool refuseUntrusted = false)
    {
        File.WriteAllText(_root, _maker.Root.ExportCertificatePem());
        return TestHost.StartAsync(o =>
        {
            FidoHost.Use(o);
            o.Settings["Methods:Fido:Attestation"] = "Direct";
            o.Settings["Methods:Fido:TrustRoots:0"] = _root;
            o.Settings["Methods:Fido:RefuseUntrusted"] = $"{refuseUntrusted}";
        });
    }
}
