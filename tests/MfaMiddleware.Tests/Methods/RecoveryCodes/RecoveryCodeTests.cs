using MfaMiddleware.Methods.RecoveryCodes;
using Xunit;

namespace MfaMiddleware.Tests.Methods.RecoveryCodes;

public sealed class RecoveryCodeTests
{
    private const string Crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    [Fact]
    public void TenThousandCodes_AreDistinctUniformAndReadBack()
    {
        var codes = Enumerable.Range(0, 10_000).Select(_ => RecoveryCode.Generate()).ToList();

        Assert.All(codes, code => Assert.Matches($"^[{Crockford}]{{6}}(-[{Crockford}]{{6}}){{3}}$", code));
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Equal(code.Replace("-", "", StringComparison.Ordinal), Normalize(code)));
        Uniformity.AssertUniform(Crockford, [.. codes.Select(code => code.Replace("-", "", StringComparison.Ordinal))]);
    }

    [Theory]
    [InlineData("012345-6789AB-CDEFGH-JKMNPQ", "0123456789ABCDEFGHJKMNPQ")]
    [InlineData("rstvwx-yz0000-000000-000000", "RSTVWXYZ0000000000000000")]
    [InlineData("0123456789abcdefghjkmnpq", "0123456789ABCDEFGHJKMNPQ")]
    [InlineData("  0123 4567-89ab cdef--ghjk mnpq ", "0123456789ABCDEFGHJKMNPQ")]
    [InlineData("oO0iI1-lL1000-000000-000000", "000111111000000000000000")]
    public void CaseSpacesDashesAndLookAlikes_AreIgnored(string text, string normalized) => Assert.Equal(normalized, Normalize(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("123456")]
    [InlineData("0123456789ABCDEFGHJKMNP")]
    [InlineData("0123456789ABCDEFGHJKMNPQR")]
    [InlineData("U123456789ABCDEFGHJKMNPQ")]
    [InlineData("u123456789ABCDEFGHJKMNPQ")]
    [InlineData("+123456789ABCDEFGHJKMNPQ")]
    [InlineData("0123456789ABCDEFGHJKMNPQ\n")]
    [InlineData("０123456789ABCDEFGHJKMNPQ")]
    [InlineData("ı123456789ABCDEFGHJKMNPQ")]
    [InlineData("\u212A123456789ABCDEFGHJKMNPQ")]
    public void AnythingElse_IsTheWrongShape(string? text) => Assert.Null(Normalize(text));

    private static string? Normalize(string? text) => RecoveryCode.TryNormalize(text, out var normalized) ? normalized : null;
}
