namespace MfaMiddleware.Methods.Sms;

/// <summary>
/// Which numbers a message may cost money for: those of an allowed country that are no premium, shared-cost, personal or satellite range. The
/// ranges are those of the national numbering plans that are used to make money with messages; an allow list of countries is the real fence.
/// </summary>
internal static class NumberPlan
{
    /// <summary>By country code and leading digits.</summary>
    private static readonly string[] Refused =
    [
        // Not of a country: free, shared cost, Inmarsat, personal, satellite, international networks, premium.
        "800", "808", "870", "878", "881", "882", "883", "888", "979",
        // North America: premium, toll-free, personal.
        "1900", "1976", "1800", "1833", "1844", "1855", "1866", "1877", "1888", "1500", "1700",
        // United Kingdom: premium, shared cost, personal, free.
        "449", "4484", "4487", "4470", "4480",
        // Germany: premium, shared cost, mass calls, personal, free.
        "49900", "49137", "49180", "49700", "49800", "49118",
        // Austria, Switzerland.
        "43900", "43901", "43930", "43931", "43939", "43810", "43820", "43821", "43800", "41900", "41901", "41906", "4184", "41800",
        // France, Italy, Spain, Belgium, Netherlands.
        "338", "3989", "39199", "34803", "34806", "34807", "34905", "34907", "3290", "31900", "31906", "31909",
        // Poland, Sweden, Norway, Denmark, Finland.
        "4870", "46900", "46939", "46944", "4782", "4590", "358600", "358700",
        // Australia, New Zealand, India, Japan.
        "61190", "64900", "911900", "811900", "81990",
    ];

    /// <summary>Countries that share the code 1 with the United States and Canada, at other prices: allowed when they are listed themselves.</summary>
    private static readonly string[] Caribbean =
    [
        "1242", "1246", "1264", "1268", "1284", "1345", "1441", "1473", "1649", "1658", "1664", "1721", "1758", "1767", "1784", "1809", "1829", "1849",
        "1868", "1869", "1876",
    ];

    private const int LeadingDigits = 3;

    /// <summary>Whether a country code may stand in the settings: one to three digits, or four of a country that shares the code 1.</summary>
    public static bool IsCountryCode(string? code) =>
        code is { Length: >= 1 and <= 3 } && code[0] is >= '1' and <= '9' && code.All(char.IsAsciiDigit) || (code is not null && Caribbean.Contains(code));

    /// <summary>
    /// Finds what a number counts under for the fraud breaker: its country code and three leading digits.
    /// </summary>
    /// <returns>Null where no message may go to the number.</returns>
    public static string? PrefixOf(PhoneNumber number, IEnumerable<string> allowed)
    {
        var digits = number.Digits;
        if (Refused.Any(range => digits.StartsWith(range, StringComparison.Ordinal))) return null;
        var own = Caribbean.FirstOrDefault(code => digits.StartsWith(code, StringComparison.Ordinal));
        var country = allowed.Where(code => own is null ? digits.StartsWith(code, StringComparison.Ordinal) : code == own).MaxBy(code => code.Length);
        return country is null ? null : digits[..Math.Min(digits.Length, country.Length + LeadingDigits)];
    }
}
