using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Messages;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>Our verifier of assertions beside the shared framework's: ours may be stricter in form, and is never looser.</summary>
public sealed class DifferentialTests
{
    public static TheoryData<string> Valid => [.. Vector.Valid.Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Vector_IsTakenByBoth(string name)
    {
        var vector = Vector.Named(name);
        var json = vector.AssertionJson(vector.Assertion.ClientData, vector.Assertion.Data, vector.Assertion.Signature);

        Assert.Equal((true, true), await BothAsync(vector, await vector.RegisteredAsync(), json));
    }

    [Theory]
    [InlineData("none-es256-topOrigin")]
    [InlineData("packed-rs256")]
    [InlineData("fido-u2f-es256")]
    public async Task VectorWithOneBitTurned_IsRefusedByBoth(string name)
    {
        var vector = Vector.Named(name);
        var credential = await vector.RegisteredAsync();
        var (clientData, data, signature) = (vector.Assertion.ClientData, vector.Assertion.Data, vector.Assertion.Signature);
        var answers = VectorRun.Flips(clientData, ..).Select(f => vector.AssertionJson(f.Bytes, data, signature))
            .Concat(VectorRun.Flips(data, ..).Select(f => vector.AssertionJson(clientData, f.Bytes, signature)))
            .Concat(VectorRun.Flips(signature, ..).Select(f => vector.AssertionJson(clientData, data, f.Bytes)));

        foreach (var json in answers) Assert.Equal((false, false), await BothAsync(vector, credential, json));
    }

    [Theory]
    [MemberData(nameof(SignedChanges))]
    public async Task SignedChange_IsJudgedAlikeByBoth(string name, bool isRight)
    {
        using var key = new SoftAuthenticator { Counter = 10, BackupEligible = true };
        var site = new Site();
        var credential = await OwnAsync(site, key);
        var (options, state) = site.BeginAssertion();
        var json = key.Get(options, Changes[name].Change);

        Assert.Equal(isRight, site.FinishAssertion(state, json) is AssertionResult.Verified);
        Assert.Equal(isRight, await Oracle.AcceptsAsync(site.Policy, Ceremony.TryRead(state)!, credential, json.GetRawText()));
    }

    [Fact]
    public async Task MutatedJson_IsNeverTakenByOursAlone()
    {
        using var key = new SoftAuthenticator { Counter = 10 };
        var site = new Site();
        var credential = await OwnAsync(site, key);
        var (options, state) = site.BeginAssertion();
        var valid = Encoding.UTF8.GetBytes(key.Get(options).GetRawText());
        var ceremony = Ceremony.TryRead(state)!;
        var mutator = new Mutator(seed: 20_260_101);
        var compared = 0;
        for (var i = 0; i < 4000; i++)
        {
            var text = mutator.MutateJson(valid);
            if (Parse(text) is not { } json) continue;

            compared++;
            var ours = site.FinishAssertion(state, json);
            var theirs = await Oracle.AcceptsAsync(site.Policy, ceremony, credential, json.GetRawText());
            // Names in another case are strange members to us and meant for them: what we read must be right to them in plain JSON.
            if (ours is AssertionResult.Verified) Assert.True(theirs || await Oracle.AcceptsAsync(site.Policy, ceremony, credential, Plain(json)), Encoding.UTF8.GetString(text));
            // What they take and we don't is form: names in another case or twice, texts with padding.
            else if (theirs) Assert.Equal(Refusal.Malformed, Site.Reason(ours));
        }

        Assert.InRange(compared, 500, 4000);
    }

    public static TheoryData<string, bool> SignedChanges
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var (name, (isRight, _)) in Changes) data.Add(name, isRight);
            return data;
        }
    }

    private static Dictionary<string, (bool IsRight, Action<SoftDraft> Change)> Changes { get; } = new()
    {
        ["nothing"] = (true, _ => { }),
        ["backed up"] = (true, d => d.Flags |= SoftDraft.BackupState),
        ["reserved bits"] = (true, d => d.Flags |= 0x22),
        ["verified"] = (true, d => d.Flags |= SoftDraft.UserVerified),
        ["extensions"] = (true, d => (d.Flags, d.Extensions) = ((byte)(d.Flags | SoftDraft.Extended), [0xA0])),
        ["other member"] = (true, d => d.ClientData["x"] = 1),
        ["highest counter"] = (true, d => d.SignCount = uint.MaxValue),
        ["another handle"] = (false, d => d.UserHandle = [1, 2, 3]),
        ["no handle"] = (true, d => d.UserHandle = null),
        ["same counter"] = (false, d => d.SignCount = 10),
        ["counter of zero"] = (false, d => d.SignCount = 0),
        ["not present"] = (false, d => d.Flags &= 0xFE),
        ["not eligible"] = (false, d => d.Flags &= unchecked((byte)~SoftDraft.BackupEligible)),
        ["backed up, not eligible"] = (false, d => d.Flags = SoftDraft.UserPresent | SoftDraft.BackupState),
        ["origin"] = (false, d => d.ClientData["origin"] = "https://example.com."),
        ["type"] = (false, d => d.ClientData["type"] = "webauthn.create"),
        ["challenge"] = (false, d => d.ClientData["challenge"] = "AAAA"),
        ["cross origin"] = (false, d => d.ClientData["crossOrigin"] = true),
        ["relying party"] = (false, d => d.HashedName = "example.org"),
        ["bytes behind"] = (false, d => d.ChangeData = data => [.. data, 1]),
        ["signature"] = (false, d => d.ChangeSignature = s => s[..^1]),
        ["credential"] = (false, d => d.CredentialId = new byte[32]),
    };

    private static string Plain(JsonElement json)
    {
        var read = AssertionResponse.TryRead(json)!;
        return JsonSerializer.Serialize(new
        {
            id = Base64Url.EncodeToString(read.CredentialId.Span),
            type = "public-key",
            response = new
            {
                clientDataJSON = Base64Url.EncodeToString(read.ClientDataJson.Span),
                authenticatorData = Base64Url.EncodeToString(read.AuthenticatorData.Span),
                signature = Base64Url.EncodeToString(read.Signature.Span),
                userHandle = read.UserHandle.IsEmpty ? null : Base64Url.EncodeToString(read.UserHandle.Span),
            },
            clientExtensionResults = new { },
        });
    }

    // The framework's handles are texts.
    private static async Task<WebAuthnCredential> OwnAsync(Site site, SoftAuthenticator key)
    {
        site.Keys.Add(await site.OwnAsync(key) with { UserHandle = Encoding.UTF8.GetBytes(Oracle.UserId) });
        site.Keys.RemoveAt(0);
        key.UserHandle = site.Keys[0].UserHandle.ToArray();
        return site.Keys[0];
    }

    // Bytes that are no UTF-8 can't be given to the framework, which takes a string.
    private static JsonElement? Parse(byte[] text)
    {
        if (!Utf8.IsValid(text)) return null;

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<(bool Ours, bool Theirs)> BothAsync(Vector vector, WebAuthnCredential credential, JsonElement json) => (
        vector.Assert(Vector.Open, credential, json) is AssertionResult.Verified,
        await Oracle.AcceptsAsync(Vector.Open, vector.AssertionCeremony(Vector.Open), credential, json.GetRawText()));
}
