using System.Globalization;

namespace MfaMiddleware.Policies.Signals;

/// <summary>Values of findings, as reports and log readers expect them in every culture.</summary>
internal static class RiskText
{
    public static string Of(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static string Of(double value) => Math.Round(value).ToString(CultureInfo.InvariantCulture);

    public static string Of(int value) => value.ToString(CultureInfo.InvariantCulture);
}
