namespace MfaMiddleware.Tests.Methods.Fido;

/// <summary>Strange forms of an attestation object, which begins with a map of three members and the name fmt.</summary>
internal static class CborShapes
{
    public const string IndefiniteMap = "indefinite map";
    public const string DuplicateName = "duplicate name";
    public const string LongNumber = "longer number than needed";
    public const string HugeLength = "length of 2^63";
    public const string DeepBomb = "thousands of levels";
    public const string FourMembers = "another member";

    public static byte[] Change(string shape, byte[] attestationObject) => shape switch
    {
        IndefiniteMap => [0xBF, .. attestationObject[1..], 0xFF],
        DuplicateName => [0xA3, .. attestationObject[1..10], .. attestationObject[1..10], .. attestationObject[1..10]],
        LongNumber => [0xB8, 0x03, .. attestationObject[1..]],
        HugeLength => [0xA3, 0x63, (byte)'f', (byte)'m', (byte)'t', 0x7B, 0x80, 0, 0, 0, 0, 0, 0, 0, .. attestationObject[5..]],
        DeepBomb => [0xA3, 0x63, (byte)'f', (byte)'m', (byte)'t', .. Enumerable.Repeat((byte)0x81, 20_000), 0x00],
        _ => [0xA4, .. attestationObject[1..], 0x61, (byte)'x', 0x00],
    };
}
