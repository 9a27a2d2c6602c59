using MfaMiddleware.Methods.Sms;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Sms;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+4915123456742")]
    [InlineData("004915123456742")]
    [InlineData(" +49 151 234-567.42 ")]
    [InlineData("+49 (151) 23456742")]
    [InlineData("+49 (0)151 23456742")]
    [InlineData("TEL:+49-151-23456742")]
    [InlineData("＋４９ １５１ ２３４５６７４２")]
    [InlineData("+٤٩١٥١٢٣٤٥٦٧٤٢")]
    [InlineData("\u202a+49\u00a0151‑23456742\u202c")]
    public void NumberInAnyForm_HasOneCanonicalForm(string typed)
    {
        var number = PhoneNumber.TryParse(typed);

        Assert.Equal(("4915123456742", "+4915123456742", "•••• 42"), (number?.Digits, number?.E164, number?.Masked));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("015123456742")]
    [InlineData("4915123456742")]
    [InlineData("+0491512345")]
    [InlineData("000491512345")]
    [InlineData("+4915123")]
    [InlineData("+4915123456742123")]
    [InlineData("+49151234567a2")]
    [InlineData("+1-800-FLOWERS")]
    [InlineData("+4915123456742 ext 5")]
    [InlineData("+4915123456742;ext=5")]
    [InlineData("+4915123456742#5")]
    [InlineData("+4915123456742,5")]
    [InlineData("+49+15123456742")]
    [InlineData("+49151234\n56742")]
    [InlineData("+4915123456742\0")]
    public void WhatIsNoWholeNumber_IsRefused(string? typed) => Assert.Null(PhoneNumber.TryParse(typed));

    [Fact]
    public void LongInput_IsRefusedUnread() => Assert.Null(PhoneNumber.TryParse("+" + new string(' ', 100) + "4915123456742"));

    [Fact]
    public void PrintedNumber_IsMasked() => Assert.Equal("***", $"{PhoneNumber.TryParse("+4915123456742")}");

    [Theory]
    [InlineData("+4915123456742", "49151")]
    [InlineData("+12125550100", "1212")]
    [InlineData("+18765550100", null)]
    [InlineData("+447400123456", null)]
    [InlineData("+499001234567", null)]
    [InlineData("+19005550100", null)]
    [InlineData("+881612345678", null)]
    public void Prefix_IsCountryAndThreeDigitsOfAnAllowedRange(string typed, string? prefix) =>
        Assert.Equal(prefix, NumberPlan.PrefixOf(PhoneNumber.TryParse(typed)!.Value, ["49", "1"]));

    [Fact]
    public void CountryThatSharesACode_IsAllowedWhereItIsListedItself() =>
        Assert.Equal("1876555", NumberPlan.PrefixOf(PhoneNumber.TryParse("+18765550100")!.Value, ["1876"]));
}
