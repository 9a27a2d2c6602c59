using MfaMiddleware.Methods;
using Xunit;

namespace MfaMiddleware.Tests.Methods;

public sealed class OneTimeCodeTests
{
    [Theory]
    [InlineData("123456", 6, 123456)]
    [InlineData("000000", 6, 0)]
    [InlineData("0012345", 7, 12345)]
    [InlineData("99999999", 8, 99999999)]
    [InlineData("123 456", 6, 123456)]
    [InlineData("123-456", 6, 123456)]
    [InlineData("  1-2 3--456 ", 6, 123456)]
    public void Digits_WithSpacesAndDashes_AreACode(string text, int digits, int value)
    {
        Assert.True(OneTimeCode.TryParse(text, out var code));
        Assert.Equal(new OneTimeCode(digits, value), code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("123456789")]
    [InlineData("4294967296123456")]
    [InlineData("+123456")]
    [InlineData("12345a")]
    [InlineData("0x1234")]
    [InlineData("123.456")]
    [InlineData("123456\n")]
    [InlineData("123\t456")]
    [InlineData("123\u00a0456")]
    [InlineData("−123456")]
    [InlineData("１２３４５６")]
    [InlineData("١٢٣٤٥٦")]
    [InlineData("12345\0")]
    public void AnythingElse_IsTheWrongShape(string? text) => Assert.False(OneTimeCode.TryParse(text, out _));

    [Fact]
    public void Code_PrintsAsStars() => Assert.Equal("***", new OneTimeCode(6, 123456).ToString());
}
