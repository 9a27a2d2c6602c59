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
        // Of no country (ITU, "List of ITU-T Recommendation E.164 assigned country codes"): freephone, shared cost, 870 to 879 Inmarsat, maritime and
        // personal (878), satellite (881), international networks (882, 883), disaster relief, premium, trials.
        "800", "808", "87", "881", "882", "883", "888", "979", "991",

        // The national ranges as the plans' metadata in libphonenumber has them: premium, shared cost, personal, freephone, pagers.
        // North America: premium; freephone; personal (500 and 52x to 588; 520 is Arizona; 6xx Canada), carriers' own.
        "1900", "1800", "1833", "1844", "1855", "1866", "1877", "1888",
        "1500", "1600", "1622", "1633", "1521", "1522", "1523", "1524", "1525", "1526", "1527", "1528", "1529", "1533", "1544", "1566", "1577", "1588", "1700",
        // United Kingdom: premium; service numbers; personal; freephone.
        "449", "4484", "4487", "4470", "4480",
        // Germany: premium; mass calls and shared cost; pagers; service numbers; personal; freephone; directories.
        "49900", "49137", "49138", "49164", "49168", "49169", "4918", "49700", "49800", "49118",
        // Austria: premium; services by message; dial-up; freephone. Switzerland: premium; shared cost; personal; freephone; pagers.
        "43900", "43901", "43930", "43931", "43939", "43810", "43820", "43821", "43828", "4386", "4389", "43800",
        "41900", "41901", "41906", "4184", "41878", "41800", "4174",
        // France: all of 08. Italy: premium; shared cost; personal; freephone. Spain: the same, and mass calls.
        "338", "3989", "39144", "39163", "39164", "39166", "390878", "3984", "39178", "39199", "3980",
        "34803", "34806", "34807", "34901", "34902", "34905", "34907", "3470", "34800", "34900",
        // Belgium, Netherlands.
        "3290", "3270", "3278", "32800", "31900", "31906", "31909", "3184", "3187", "31800", "3166",
        // Poland, Sweden, Norway (all of 8), Denmark, Finland.
        "4870", "48800", "48801", "48804", "4864", "46900", "46939", "46944", "4699", "46649", "4677", "4675", "4674", "4620",
        "478", "4590", "4580", "358600", "358700", "358800",
        // Australia (145 and 147: satellite), New Zealand, India, Japan.
        "61190", "6113", "6114", "6116", "61180", "6490", "6450", "641", "6470", "6480",
        "911800", "911803", "91186", "91140", "81990", "81120", "81800", "81570",
    ];

    /// <summary>In each North American area the exchange 976 is premium: +1 NPA 976 XXXX.</summary>
    private const string PremiumExchange = "976";

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
        if (Refused.Any(range => digits.StartsWith(range, StringComparison.Ordinal)) || IsPremiumExchange(digits)) return null;
        var own = Caribbean.FirstOrDefault(code => digits.StartsWith(code, StringComparison.Ordinal));
        var country = allowed.Where(code => own is null ? digits.StartsWith(code, StringComparison.Ordinal) : code == own).MaxBy(code => code.Length);
        return country is null ? null : digits[..Math.Min(digits.Length, country.Length + LeadingDigits)];
    }

    private static bool IsPremiumExchange(string digits) => digits[0] == '1' && digits.AsSpan(4).StartsWith(PremiumExchange, StringComparison.Ordinal);
}
