namespace MfaMiddleware.Methods.Sms;

/// <summary>How a text goes over the air: 160 characters of GSM 7 bit, or 70 of UCS-2; a longer one in segments of 153 or 67 (3GPP TS 23.038, 23.040).</summary>
internal static class SmsText
{
    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    // Each takes an escape before it.
    private const string Extension = "\f^{}\\[~]|€";

    public static bool IsGsm7(string text) => text.All(c => Basic.Contains(c, StringComparison.Ordinal) || Extension.Contains(c, StringComparison.Ordinal));

    public static int Segments(string text)
    {
        var isGsm7 = IsGsm7(text);
        var length = isGsm7 ? text.Length + text.Count(c => Extension.Contains(c, StringComparison.Ordinal)) : text.Length;
        var (alone, joined) = isGsm7 ? (160, 153) : (70, 67);
        return length <= alone ? 1 : (length + joined - 1) / joined;
    }
}
