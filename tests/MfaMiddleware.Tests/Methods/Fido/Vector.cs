using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Ceremonies;
using MfaMiddleware.Methods.Fido.Keys;
using MfaMiddleware.Tests.Conventions;

namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>One of the specification's test vectors: a registration, and an assertion with the new key.</summary>
internal sealed record Vector(string Name, byte[] CredentialId, VectorRegistration Registration, VectorAssertion Assertion)
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    /// <summary>What .NET can't verify.</summary>
    public static readonly string[] EdDsa = ["packed-eddsa", "packed-ed448"];

    private static readonly JsonElement File = Load();

    public static IReadOnlyList<Vector> All { get; } = [.. File.GetProperty("vectors").EnumerateArray().Select(Read)];

    public static IReadOnlyList<Vector> Valid { get; } = [.. All.Where(v => !EdDsa.Contains(v.Name))];

    public static X509Certificate2 Root { get; } =
        X509CertificateLoader.LoadCertificate(Hex(File.GetProperty("attestationRoot"), "attestation_ca_cert"));

    /// <summary>A site with the settings that are shipped.</summary>
    public static WebAuthnPolicy Defaults { get; } = new() { RelyingPartyId = "example.org", RelyingPartyName = "Example", Origins = ["https://example.org"] };

    /// <summary>A site that takes all of them: what the vectors leave open is allowed, and each maker's proof must lead to the vectors' root.</summary>
    public static WebAuthnPolicy Open { get; } = Defaults with
    {
        AllowCrossOrigin = true,
        TopOrigins = ["https://example.com"],
        UserVerification = UserVerification.Discouraged,
        Attestation = AttestationConveyance.Direct,
        Algorithms = [.. CoseAlgorithm.All.Select(a => a.Id)],
        AttestationPolicy = new AttestationPolicy { Roots = [Root], ZeroAaguidForU2F = false, StrictAndroidKey = false, KnownTpmManufacturer = false },
    };

    public static Vector Named(string name) => All.Single(v => v.Name == name);

    public override string ToString() => Name;

    public Ceremony RegistrationCeremony(WebAuthnPolicy policy) => new()
    {
        Purpose = CeremonyPurpose.Registration,
        Challenge = Registration.Challenge,
        UserHandle = new byte[] { 1, 2, 3 },
        RelyingPartyId = policy.RelyingPartyId,
        UserVerification = policy.UserVerification,
        Algorithms = policy.Algorithms,
        CredentialIds = [],
        ExpiresAt = Now.AddMinutes(5),
        FrameworkState = JsonSerializer.Serialize(new
        {
            challenge = Convert.ToBase64String(Registration.Challenge),
            userEntity = new { id = "user", name = "user", displayName = "user" },
        }),
    };

    public Ceremony AssertionCeremony(WebAuthnPolicy policy) => new()
    {
        Purpose = CeremonyPurpose.Assertion,
        Challenge = Assertion.Challenge,
        RelyingPartyId = policy.RelyingPartyId,
        UserVerification = policy.UserVerification,
        CredentialIds = [CredentialId],
        ExpiresAt = Now.AddMinutes(5),
    };

    public JsonElement RegistrationJson(byte[] clientData, byte[] attestationObject, ReadOnlyMemory<byte>? id = null) => JsonSerializer.SerializeToElement(new
    {
        id = Base64Url.EncodeToString((id ?? CredentialId).Span),
        rawId = Base64Url.EncodeToString((id ?? CredentialId).Span),
        type = "public-key",
        response = new { clientDataJSON = Base64Url.EncodeToString(clientData), attestationObject = Base64Url.EncodeToString(attestationObject), transports = new[] { "usb" } },
        clientExtensionResults = new { },
    });

    public JsonElement AssertionJson(byte[] clientData, byte[] data, byte[] signature) => JsonSerializer.SerializeToElement(new
    {
        id = Base64Url.EncodeToString(CredentialId),
        rawId = Base64Url.EncodeToString(CredentialId),
        type = "public-key",
        response = new { clientDataJSON = Base64Url.EncodeToString(clientData), authenticatorData = Base64Url.EncodeToString(data), signature = Base64Url.EncodeToString(signature) },
        clientExtensionResults = new { },
    });

    private static JsonElement Load()
    {
        var path = Path.Combine(LayoutTests.FindRoot(), "tests", "MfaMiddleware.Tests", "Methods", "Fido", "webauthn-vectors.json");
        using var document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    private static Vector Read(JsonElement vector)
    {
        var registration = vector.GetProperty("registration");
        var assertion = vector.GetProperty("authentication");
        return new Vector(
            vector.GetProperty("name").GetString()!,
            Hex(registration, "credential_id"),
            new VectorRegistration(Hex(registration, "challenge"), Hex(registration, "clientDataJSON"), Hex(registration, "attestationObject")),
            new VectorAssertion(Hex(assertion, "challenge"), Hex(assertion, "clientDataJSON"), Hex(assertion, "authenticatorData"), Hex(assertion, "signature")));
    }

    private static byte[] Hex(JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);
}

internal sealed record VectorRegistration(byte[] Challenge, byte[] ClientData, byte[] AttestationObject)
{
    /// <summary>Where the authenticator data stands in the attestation object.</summary>
    public Range DataRange
    {
        get
        {
            var data = MfaMiddleware.Methods.Fido.Messages.AttestationObject.TryRead(AttestationObject)!.Data.Bytes;
            var start = AttestationObject.AsSpan().IndexOf(data.Span);
            return start..(start + data.Length);
        }
    }

    /// <summary>Where the statement's signature stands, if it has one.</summary>
    public Range? SignatureRange
    {
        get
        {
            using var statement = AttestationStatement.TryRead(MfaMiddleware.Methods.Fido.Messages.AttestationObject.TryRead(AttestationObject)!.Statement)!;
            if (statement.Signature.IsEmpty) return null;
            var start = AttestationObject.AsSpan().IndexOf(statement.Signature.Span);
            return start..(start + statement.Signature.Length);
        }
    }
}

internal sealed record VectorAssertion(byte[] Challenge, byte[] ClientData, byte[] Data, byte[] Signature);
