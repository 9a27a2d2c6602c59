namespace MfaMiddleware.Methods.Fido.Credentials;

/// <summary>The ways to reach an authenticator (WebAuthn L3, 5.8.4). The client names them: only these words are kept.</summary>
internal static class Transports
{
    private static readonly string[] Known = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

    public static IReadOnlyList<string> Keep(IEnumerable<string?> named) => [.. Known.Intersect(named)!];

    public static byte ToBits(IEnumerable<string> transports) => (byte)transports.Aggregate(0, (bits, t) => bits | (1 << Array.IndexOf(Known, t)));

    public static IReadOnlyList<string> FromBits(byte bits) => [.. Known.Where((_, i) => (bits & (1 << i)) != 0)];
}
