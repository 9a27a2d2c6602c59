using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MfaMiddleware.TestKit.Fido;

/// <summary>
/// A security key and the browser before it, in software: CTAP2 with or without user verification, or U2F. It holds one credential, and does
/// what a test's draft says.
/// </summary>
public sealed class SoftAuthenticator(SoftKey? key = null) : IDisposable
{
    /// <summary>The origin that the browser reports.</summary>
    public string Origin { get; set; } = "https://example.com";

    public SoftKey Key { get; } = key ?? SoftKey.Es256();

    public byte[] CredentialId { get; set; } = RandomNumberGenerator.GetBytes(32);

    public Guid Aaguid { get; set; }

    /// <summary>Whether it asks for a PIN; U2F never does.</summary>
    public bool VerifiesUser { get; set; }

    public bool IsU2F { get; set; }

    /// <summary>The AppID that the credential was registered under, long ago.</summary>
    public string? RegisteredUnder { get; set; }

    public bool BackupEligible { get; set; }

    public bool BackupState { get; set; }

    /// <summary>The signature counter; null for an authenticator without one.</summary>
    public uint? Counter { get; set; }

    /// <summary>What it attests with: none, packed (by its maker, or by itself without one), fido-u2f, tpm, android-key, apple.</summary>
    public string Format { get; set; } = "none";

    public SoftMaker? Maker { get; set; }

    /// <summary>What attests an RSA key in the format tpm.</summary>
    public SoftTpm? Tpm { get; set; }

    /// <summary>What attests in the formats android-key and apple.</summary>
    public SoftPlatform? Platform { get; set; }

    public string[] Transports { get; set; } = ["usb"];

    /// <summary>What the last registration named the user.</summary>
    public byte[]? UserHandle { get; set; }

    public void Dispose() => Key.Dispose();

    /// <summary>What <c>navigator.credentials.create()</c> gives.</summary>
    public JsonElement Create(JsonElement options, Action<SoftDraft>? change = null)
    {
        UserHandle = Base64Url.DecodeFromChars(options.GetProperty("user").GetProperty("id").GetString());
        var draft = Draft("webauthn.create", options, options.GetProperty("rp").GetProperty("id").GetString()!);
        draft.Flags |= SoftDraft.Attested;
        draft.SignCount = IsU2F ? 0 : Counter ?? 0;
        draft.PublicKey = Key.PublicKey;
        draft.Aaguid = Aaguid;
        change?.Invoke(draft);

        var clientData = draft.ClientDataBytes;
        var data = draft.Data();
        var statement = SoftStatement.Make(draft, data, SHA256.HashData(clientData), this);
        draft.ChangeStatement(statement);
        return Json(draft, new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["attestationObject"] = Base64Url.EncodeToString(draft.ChangeObject(SoftStatement.Object(draft.Format, statement, data))),
            ["transports"] = new JsonArray([.. Transports.Select(t => JsonValue.Create(t))]),
        });
    }

    /// <summary>What <c>navigator.credentials.get()</c> gives.</summary>
    public JsonElement Get(JsonElement options, Action<SoftDraft>? change = null)
    {
        if (Counter is { } counter) Counter = counter + 1;
        var draft = Draft("webauthn.get", options, options.GetProperty("rpId").GetString()!);
        draft.SignCount = Counter ?? 0;
        draft.UserHandle = IsU2F ? null : UserHandle;
        UseAppId(draft, options);
        change?.Invoke(draft);

        var clientData = draft.ClientDataBytes;
        var data = draft.Data();
        var signature = draft.ChangeSignature(draft.Signer.Sign([.. data, .. SHA256.HashData(clientData)]));
        return Json(draft, new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(clientData),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = draft.UserHandle is { } handle ? Base64Url.EncodeToString(handle) : null,
        });
    }

    private SoftDraft Draft(string type, JsonElement options, string relyingPartyId) => new()
    {
        ClientData = new JsonObject
        {
            ["type"] = type,
            ["challenge"] = options.GetProperty("challenge").GetString(),
            ["origin"] = Origin,
            ["crossOrigin"] = false,
        },
        HashedName = relyingPartyId,
        Flags = Flags,
        CredentialId = CredentialId,
        Signer = Key,
        Format = Format,
    };

    private byte Flags => (byte)(SoftDraft.UserPresent
        | (VerifiesUser && !IsU2F ? SoftDraft.UserVerified : 0)
        | (BackupEligible ? SoftDraft.BackupEligible : 0)
        | (BackupState ? SoftDraft.BackupState : 0));

    // As browsers do: the relying party id first, the AppID where the key doesn't know that.
    private void UseAppId(SoftDraft draft, JsonElement options)
    {
        if (!options.GetProperty("extensions").TryGetProperty("appid", out var appId)) return;

        var isUsed = RegisteredUnder is not null && appId.GetString() == RegisteredUnder;
        draft.Outputs["appid"] = isUsed;
        if (isUsed) draft.HashedName = RegisteredUnder!;
    }

    private static JsonElement Json(SoftDraft draft, JsonObject response)
    {
        var json = new JsonObject
        {
            ["id"] = Base64Url.EncodeToString(draft.CredentialId),
            ["rawId"] = Base64Url.EncodeToString(draft.CredentialId),
            ["type"] = "public-key",
            ["response"] = response,
            ["clientExtensionResults"] = draft.Outputs.DeepClone(),
            ["authenticatorAttachment"] = "cross-platform",
        };
        draft.ChangeJson(json);
        return JsonSerializer.SerializeToElement(json);
    }
}
