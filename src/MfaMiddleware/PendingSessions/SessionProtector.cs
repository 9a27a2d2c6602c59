using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MfaMiddleware.Factors;
using MfaMiddleware.Interposition;
using MfaMiddleware.Policies;
using MfaMiddleware.Verification;
using Microsoft.AspNetCore.DataProtection;

namespace MfaMiddleware.PendingSessions;

/// <summary>Serialises the parts of a session, compactly and with a format number, and protects them for its owner and id alone.</summary>
internal sealed partial class SessionProtector(IDataProtectionProvider dataProtection)
{
    private const byte Format = 2;

    public byte[] Protect(MfaSubject subject, string sessionId, PendingPayload payload)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Format);
        Write(writer, payload);
        writer.Flush();
        return For(subject, sessionId, "payload").Protect(PackedBytes.Pack(stream.ToArray()));
    }

    public byte[] Protect(PendingSession session, PendingState state) =>
        For(session.Subject, session.Id, "state").Protect(JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.PendingState));

    /// <summary>Opens a session; null where its format is not this version's.</summary>
    /// <exception cref="CryptographicException">The key ring can't open it.</exception>
    public OpenSession? Open(PendingSession session)
    {
        var clear = For(session.Subject, session.Id, "payload").Unprotect(session.Payload);
        return TryReadPayload(clear) is { } payload && ReadState(session) is { } state ? new OpenSession(session, payload, state) : null;
    }

    private static PendingPayload? TryReadPayload(byte[] clear)
    {
        // Fail closed: a record that another version of this software wrote is no session of ours.
        if (PackedBytes.Unpack(clear) is not [Format, ..] bytes) return null;
        using var reader = new BinaryReader(new MemoryStream(bytes, 1, bytes.Length - 1), Encoding.UTF8);
        try
        {
            var payload = ReadPayload(reader);
            return Enum.IsDefined(payload.Outcome) ? payload : null;
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or JsonException)
        {
            // Fail closed: it is ours, and a version of this software wrote it that says more than this one can read.
            return null;
        }
    }

    private PendingState? ReadState(PendingSession session)
    {
        if (session.State is null) return new PendingState();
        try
        {
            return JsonSerializer.Deserialize(For(session.Subject, session.Id, "state").Unprotect(session.State), StateJson.Default.PendingState);
        }
        catch (JsonException)
        {
            // Fail closed, as above.
            return null;
        }
    }

    private IDataProtector For(MfaSubject subject, string sessionId, string part) =>
        dataProtection.CreateProtector("MfaMiddleware.PendingSession", SubjectPurpose.Of(subject), sessionId, part);

    private static void Write(BinaryWriter writer, PendingPayload payload)
    {
        writer.Write((byte)payload.Outcome);
        writer.Write(payload.Rule);
        WriteStrings(writer, payload.Reasons);
        writer.Write((byte)(payload.MinimumStrength ?? 0));
        writer.Write(payload.RequiresUserVerification);
        WriteStrings(writer, payload.Methods);
        writer.Write(payload.AccountName);
        writer.Write7BitEncodedInt(payload.SignIns.Count);
        foreach (var signIn in payload.SignIns)
        {
            writer.Write(signIn.Scheme);
            WriteBytes(writer, signIn.Ticket);
            writer.Write(signIn.SignedInAt);
        }

        writer.Write7BitEncodedInt(payload.Reply.StatusCode);
        writer.Write(payload.Reply.Location ?? "");
        WriteStrings(writer, payload.Reply.Cookies);
        WriteBytes(writer, payload.Reply.Json ?? []);
        writer.Write(payload.ReturnUrl);
        Write(writer, payload.Original);
        writer.Write(payload.ComesBack);
        WriteBytes(writer, payload.Proof is { } proof ? JsonSerializer.SerializeToUtf8Bytes(proof, StateJson.Default.MfaProof) : []);
        writer.Write(payload.IsKnownDevice);
        writer.Write(payload.IsReturnUrlAsked);
    }

    private static void Write(BinaryWriter writer, OriginalRequest? original)
    {
        WriteBytes(writer, original?.Fingerprint ?? []);
        if (original is null) return;
        writer.Write(original.Url);
        writer.Write(original.Form is not null);
        if (original.Form is not { } form) return;
        writer.Write7BitEncodedInt(form.Count);
        foreach (var (name, value) in form)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static PendingPayload ReadPayload(BinaryReader reader) => new()
    {
        Outcome = (MfaOutcome)reader.ReadByte(),
        Rule = reader.ReadString(),
        Reasons = ReadStrings(reader),
        MinimumStrength = reader.ReadByte() is var strength and > 0 ? (MfaStrength)strength : null,
        RequiresUserVerification = reader.ReadBoolean(),
        Methods = ReadStrings(reader),
        AccountName = reader.ReadString(),
        SignIns = ReadList(reader, r => new PendingSignIn(r.ReadString(), ReadBytes(r), r.ReadInt64())),
        Reply = new HeldReply(
            reader.Read7BitEncodedInt(),
            reader.ReadString() is { Length: > 0 } location ? location : null,
            ReadStrings(reader),
            ReadBytes(reader) is { Length: > 0 } json ? json : null),
        ReturnUrl = reader.ReadString(),
        Original = ReadOriginal(reader),
        ComesBack = reader.ReadBoolean(),
        Proof = ReadBytes(reader) is { Length: > 0 } proof ? JsonSerializer.Deserialize(proof, StateJson.Default.MfaProof) : null,
        // Last, so that a session made before these fields were there can be read, and one that has them by a node that doesn't know them yet.
        IsKnownDevice = ReadFlag(reader),
        IsReturnUrlAsked = ReadFlag(reader),
    };

    private static bool ReadFlag(BinaryReader reader) => reader.BaseStream.Position < reader.BaseStream.Length && reader.ReadBoolean();

    private static OriginalRequest? ReadOriginal(BinaryReader reader) => ReadBytes(reader) is { Length: > 0 } fingerprint
        ? new OriginalRequest(fingerprint, reader.ReadString(), reader.ReadBoolean() ? ReadList(reader, r => KeyValuePair.Create(r.ReadString(), r.ReadString())) : null)
        : null;

    private static void WriteStrings(BinaryWriter writer, IReadOnlyList<string> values)
    {
        writer.Write7BitEncodedInt(values.Count);
        foreach (var value in values) writer.Write(value);
    }

    private static void WriteBytes(BinaryWriter writer, byte[] value)
    {
        writer.Write7BitEncodedInt(value.Length);
        writer.Write(value);
    }

    private static List<string> ReadStrings(BinaryReader reader) => ReadList(reader, r => r.ReadString());

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.Read7BitEncodedInt());

    private static List<T> ReadList<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var count = reader.Read7BitEncodedInt();
        var list = new List<T>(count);
        for (var i = 0; i < count; i++) list.Add(read(reader));
        return list;
    }

    [JsonSerializable(typeof(PendingState))]
    [JsonSerializable(typeof(MfaProof))]
    private sealed partial class StateJson : JsonSerializerContext;
}

/// <summary>A session whose parts are open.</summary>
internal sealed record OpenSession(PendingSession Record, PendingPayload Payload, PendingState State)
{
    public string Id => Record.Id;

    public MfaSubject Subject => Record.Subject;

    /// <summary>The lane that its answers are charged to.</summary>
    public FailureLane Lane => Payload.IsKnownDevice ? FailureLane.KnownDevice : FailureLane.Unknown;
}
