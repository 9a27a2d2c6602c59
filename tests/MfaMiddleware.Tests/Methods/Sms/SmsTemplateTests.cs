using System.Globalization;
using MfaMiddleware.Methods.Sms;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms;

public sealed class SmsTemplateTests
{
    [Theory]
    [InlineData("{code}", null)]
    [InlineData("{code} is your {issuer} code.", null)]
    [InlineData("{code} {domain}", "{domain} needs Domain to be set.")]
    [InlineData("Hello", "it must contain {code}.")]
    [InlineData(" ", "it must not be blank.")]
    [InlineData("{code} {user}", "{user} is unknown; known are {code}, {issuer} and {domain}.")]
    [InlineData("{code} }", "it has a brace that belongs to no placeholder.")]
    public void Template_IsCheckedBeforeItIsUsed(string template, string? complaint) => Assert.Equal(complaint, SmsTemplate.Complaint(template, "Contoso", null));

    [Fact]
    public void TextOverThreeSegments_IsRefused()
    {
        Assert.Null(SmsTemplate.Complaint("{code}" + new string('a', 453), "Contoso", null));
        Assert.Contains("4 segments", SmsTemplate.Complaint("{code}" + new string('a', 454), "Contoso", null), StringComparison.Ordinal);
    }

    [Fact]
    public void Issuer_IsNeverReadAsATemplate() =>
        Assert.Equal("123456 is your {code} code.", SmsTemplate.Fill("{code} is your {issuer} code.", "123456", "{code}", null));

    [Fact]
    public void Domain_AddsTheOriginBoundLastLine() =>
        Assert.Equal("123456 for Contoso\n\n@example.com #123456", SmsTemplate.Fill("{code} for {issuer}", "123456", "Contoso", "example.com"));

    [Theory]
    [InlineData("de-AT", "AT {code}")]
    [InlineData("de-CH", "DE {code}")]
    [InlineData("fr", "{code} is your {issuer} code.")]
    public void Culture_ChoosesTheMostSpecificTemplate(string culture, string template)
    {
        var options = new SmsOptions { Templates = { ["DE"] = "DE {code}", ["de-at"] = "AT {code}" } };

        Assert.Equal(template, SmsTemplate.Choose(options.Templates, options.Template, CultureInfo.GetCultureInfo(culture)));
    }

    [Theory]
    [InlineData("a", 160, 1)]
    [InlineData("a", 161, 2)]
    [InlineData("a", 306, 2)]
    [InlineData("a", 307, 3)]
    [InlineData("€", 80, 1)]
    [InlineData("€", 81, 2)]
    [InlineData("ł", 70, 1)]
    [InlineData("ł", 71, 2)]
    [InlineData("ł", 134, 2)]
    [InlineData("ł", 135, 3)]
    public void Segments_AreCountedAsTheNetworkCounts(string letter, int count, int segments) =>
        Assert.Equal(segments, SmsText.Segments(string.Concat(Enumerable.Repeat(letter, count))));
}
