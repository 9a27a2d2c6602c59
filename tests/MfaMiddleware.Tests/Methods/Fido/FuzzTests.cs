using System.Buffers.Text;
using System.Diagnostics;
using System.Formats.Cbor;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MfaMiddleware.Methods.Fido.Assertion;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.Methods.Fido.Messages;
using MfaMiddleware.Methods.Fido.Registration;
using MfaMiddleware.TestKit.Fido;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>
/// Valid ceremonies, changed at random in their JSON, CBOR and signed bytes: no exception, no hang, and nothing is accepted that says anything
/// else than the original. A short run by default; <c>MFA_FUZZ=1000000</c> for a long one, with <c>MFA_FUZZ_SEED</c> for another.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int ShortRun = 12_000;
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(5);
    private static readonly string[] AssertionParts = ["clientDataJSON", "authenticatorData", "signature"];
    private static readonly string[] RegistrationParts = ["clientDataJSON", "attestationObject"];

    private static int Runs => Number("MFA_FUZZ", ShortRun);

    private static ulong Seed => (ulong)Number("MFA_FUZZ_SEED", 20_260_731);

    [Fact]
    public async Task MutatedAssertions_AreRefusedWithoutException()
    {
        using var key = new SoftAuthenticator { Counter = 10 };
        var site = new Site();
        await site.OwnAsync(key);
        var (options, state) = site.BeginAssertion();
        var valid = key.Get(options);
        Assert.IsType<AssertionResult.Verified>(site.FinishAssertion(state, valid));

        Run(valid, AssertionParts, Runs / 2, json =>
        {
            var result = site.FinishAssertion(state, json);
            if (result is AssertionResult.Verified) Assert.Equal(Signed(valid), Signed(json));
            return result is AssertionResult.Verified;
        });
    }

    [Theory]
    [InlineData("packed-es256")]
    [InlineData("packed-self-es256")]
    [InlineData("tpm-es256")]
    [InlineData("android-key-es256")]
    [InlineData("apple-es256")]
    public async Task MutatedRegistrations_AreRefusedWithoutException(string name)
    {
        var vector = Vector.Named(name);
        var valid = vector.RegistrationJson(vector.Registration.ClientData, vector.Registration.AttestationObject);
        var rules = Vector.Open.AttestationPolicy with { RefuseUntrusted = name != "packed-self-es256" };
        var policy = Vector.Open with { AttestationPolicy = rules };
        var expected = Record(await vector.RegisterAsync(policy, valid));

        Run(valid, RegistrationParts, Runs / 20, json =>
        {
            var result = vector.RegisterAsync(policy, json).AsTask().GetAwaiter().GetResult();
            if (result is RegistrationResult.Registered) Assert.Equal(expected, Record(result));
            return result is RegistrationResult.Registered;
        });
    }

    [Fact]
    public async Task MutatedU2FRegistrations_AreRefusedWithoutException()
    {
        using var maker = new SoftMaker();
        using var key = new SoftAuthenticator { IsU2F = true, Format = "fido-u2f", Maker = maker };
        var site = new Site();
        site.Policy = site.Policy with { AttestationPolicy = new AttestationPolicy { Roots = [maker.Root], RefuseUntrusted = true } };
        var (options, state) = await site.BeginRegistrationAsync();
        var valid = key.Create(options);
        var expected = Record(await site.FinishRegistrationAsync(state, valid));

        Run(valid, RegistrationParts, Runs / 20, json =>
        {
            var result = site.FinishRegistrationAsync(state, json).GetAwaiter().GetResult();
            if (result is RegistrationResult.Registered) Assert.Equal(expected, Record(result));
            return result is RegistrationResult.Registered;
        });
    }

    [Fact]
    public async Task MutatedState_IsUnknownOrStillOurs()
    {
        var site = new Site();
        var state = Encoding.UTF8.GetBytes((await site.BeginRegistrationAsync()).State);
        var mutator = new Mutator(Seed);
        for (var i = 0; i < Runs / 5; i++) _ = Ceremony.TryRead(Encoding.Latin1.GetString(mutator.Mutate(state)));
    }

    [Fact]
    public void MutatedRecord_IsReadOrUnreadable()
    {
        var record = new WebAuthnCredential { Id = new byte[16], PublicKey = new byte[77], Algorithm = -7, AttestationFormat = "packed" }.ToBytes();
        var mutator = new Mutator(Seed);
        for (var i = 0; i < Runs / 5; i++)
        {
            try
            {
                _ = WebAuthnCredential.Read(mutator.Mutate(record));
            }
            catch (System.Security.Cryptography.CryptographicException)
            {
                // What the contract says of a record that is damaged.
            }
        }
    }

    [Fact]
    public void ShapeThatIsMeasured_IsWhatTheFrameworksReaderReads()
    {
        var mutator = new Mutator(Seed);
        var inputs = Vector.All.Select(v => v.Registration.AttestationObject).ToList();
        var measured = 0;
        for (var i = 0; i < Runs / 2; i++)
        {
            var bytes = mutator.Mutate(inputs[i % inputs.Count]);
            var length = CborShape.Measure(bytes);
            if (length < 0) continue;

            measured++;
            var reader = new CborReader(bytes, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);
            Assert.Equal(length, reader.ReadEncodedValue(disableConformanceModeChecks: true).Length);
        }

        Assert.NotEqual(0, measured);
    }

    private void Run(JsonElement valid, string[] parts, int runs, Func<JsonElement, bool> finish)
    {
        var mutator = new Mutator(Seed);
        var text = Encoding.UTF8.GetBytes(valid.GetRawText());
        var (accepted, parsed, slowest) = (0, 0, TimeSpan.Zero);
        for (var i = 0; i < runs; i++)
        {
            var mutated = i % 3 == 0 ? mutator.MutateJson(text) : MutatePart(mutator, valid, parts[i % parts.Length]);
            if (Parse(mutated) is not { } json) continue;

            parsed++;
            var start = Stopwatch.GetTimestamp();
            if (finish(json)) accepted++;
            var taken = Stopwatch.GetElapsedTime(start);
            if (taken > slowest) slowest = taken;
        }

        output.WriteLine($"{runs} inputs, {parsed} of them JSON, {accepted} the original in another dress, slowest {slowest.TotalMilliseconds:F1} ms");
        Assert.InRange(slowest, TimeSpan.Zero, Hang);
    }

    private static byte[] MutatePart(Mutator mutator, JsonElement valid, string part)
    {
        var json = JsonNode.Parse(valid.GetRawText())!;
        var bytes = Base64Url.DecodeFromChars(json["response"]![part]!.GetValue<string>());
        json["response"]![part] = Base64Url.EncodeToString(part == "clientDataJSON" && mutator.Next(2) == 0 ? mutator.MutateJson(bytes) : mutator.Mutate(bytes));
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static string Signed(JsonElement json) => string.Join('.', AssertionParts.Select(p => json.GetProperty("response").GetProperty(p).GetString()));

    // The client names the transports, and nothing depends on them.
    private static byte[] Record(RegistrationResult result) => (((RegistrationResult.Registered)result).Credential with { Transports = [], UserHandle = default }).ToBytes();

    private static JsonElement? Parse(byte[] text)
    {
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

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
