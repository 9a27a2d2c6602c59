using System.Text.Json;
using MfaMiddleware.Methods.Fido;
using MfaMiddleware.Methods.Fido.Attestation;
using MfaMiddleware.Methods.Fido.Credentials;
using MfaMiddleware.TestKit.Fido;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class U2FTests
{
    [Fact]
    public async Task U2FKey_RegistersWithItsMakersProof_AndProves()
    {
        using var maker = new SoftMaker();
        using var key = Key(maker);
        var site = new Site();
        site.Policy = site.Policy with { AttestationPolicy = new AttestationPolicy { Roots = [maker.Root], RefuseUntrusted = true } };

        var credential = await site.OwnAsync(key);

        Assert.True(credential.IsU2F);
        Assert.Equal(AttestationTrustPath.Trusted, credential.TrustPath);
        Assert.Equal(0u, credential.SignCount);
        Assert.Equal(1u, site.Accept(key).SignCount);
    }

    [Fact]
    public async Task UserVerificationRequired_IsNeverSatisfiedByU2F_WhateverTheFlagSays()
    {
        using var maker = new SoftMaker();
        using var key = Key(maker);
        var site = new Site();
        await site.OwnAsync(key);
        site.Policy = site.Policy with { UserVerification = UserVerification.Required };

        Assert.Equal(Refusal.UserNotVerified, Site.Reason(site.Prove(key, d => d.Flags |= SoftDraft.UserVerified)));
        Assert.Equal(Refusal.UserNotVerified, Site.Reason(await site.RegisterAsync(Key(maker), d => d.Flags |= SoftDraft.UserVerified)));
    }

    [Fact]
    public async Task FlagOfUserVerification_CountsForNothingFromAU2FKey()
    {
        using var maker = new SoftMaker();
        using var key = Key(maker);
        var site = new Site();
        await site.OwnAsync(key);

        Assert.False(Assert.IsType<MfaMiddleware.Methods.Fido.Assertion.AssertionResult.Verified>(site.Prove(key, d => d.Flags |= SoftDraft.UserVerified)).UserVerified);
    }

    [Theory]
    [InlineData(SoftDraft.UserVerified)]
    [InlineData(SoftDraft.BackupEligible)]
    public async Task FlagThatU2FDoesNotHave_IsRefused(byte flag)
    {
        using var maker = new SoftMaker();
        using var key = Key(maker);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await new Site().RegisterAsync(key, d => d.Flags |= flag)));
    }

    [Fact]
    public async Task CounterThatU2FDoesNotSign_IsRefused()
    {
        using var maker = new SoftMaker();
        using var key = Key(maker);

        Assert.Equal(Refusal.AttestationInvalid, Site.Reason(await new Site().RegisterAsync(key, d => d.SignCount = 5)));
    }

    [Fact]
    public async Task ModelThatU2FDoesNotSign_IsRefused()
    {
        using var maker = new SoftMaker();
        using var key = Key(maker);

        Assert.Equal(Refusal.AaguidNotZero, Site.Reason(await new Site().RegisterAsync(key, d => d.Aaguid = new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))));
    }

    [Fact]
    public void KeyOfU2FDays_ProvesUnderItsAppId()
    {
        using var key = new SoftAuthenticator { IsU2F = true, RegisteredUnder = Site.AppId, Counter = 41 };
        var site = new Site();
        site.ImportU2F(key, counter: 41);

        Assert.Equal(42u, site.Accept(key).SignCount);
    }

    [Fact]
    public void AppIdWithoutTheOutput_IsRefused()
    {
        using var key = new SoftAuthenticator { IsU2F = true, RegisteredUnder = Site.AppId, Counter = 41 };
        var site = new Site();
        site.ImportU2F(key, counter: 0);

        Assert.Equal(Refusal.RpIdMismatch, Site.Reason(site.Prove(key, d => d.Outputs["appid"] = false)));
        Assert.Equal(Refusal.RpIdMismatch, Site.Reason(site.Prove(key, d => d.Outputs.Remove("appid"))));
        Assert.Equal(Refusal.RpIdMismatch, Site.Reason(site.Prove(key, d => d.Outputs["appid"] = "true")));
    }

    [Fact]
    public void OutputWithoutTheAppIdsHash_IsRefused()
    {
        using var key = new SoftAuthenticator { IsU2F = true, RegisteredUnder = Site.AppId, Counter = 41 };
        var site = new Site();
        site.ImportU2F(key, counter: 0);

        Assert.Equal(Refusal.RpIdMismatch, Site.Reason(site.Prove(key, d => d.HashedName = "example.com")));
        Assert.Equal(Refusal.RpIdMismatch, Site.Reason(site.Prove(key, d => d.HashedName = "https://evil.com/app-id.json")));
    }

    [Fact]
    public void PolicyWithoutAppId_RefusesTheAppId()
    {
        using var key = new SoftAuthenticator { IsU2F = true, RegisteredUnder = Site.AppId, Counter = 41 };
        var site = new Site();
        site.Policy = site.Policy with { AppId = null };
        site.ImportU2F(key, counter: 0);

        Assert.Equal(Refusal.RpIdMismatch, Site.Reason(site.Prove(key, d =>
        {
            d.HashedName = Site.AppId;
            d.Outputs["appid"] = true;
        })));
    }

    [Fact]
    public async Task AppId_IsAskedForWhereAU2FKeyIsAmongThemOnly()
    {
        using var old = new SoftAuthenticator { IsU2F = true, RegisteredUnder = Site.AppId };
        using var modern = new SoftAuthenticator();
        var site = new Site();
        await site.OwnAsync(modern);

        Assert.False(Extensions(site).TryGetProperty("appid", out _));
        site.ImportU2F(old, counter: 0);
        Assert.Equal(Site.AppId, Extensions(site).GetProperty("appid").GetString());
    }

    [Fact]
    public async Task Registration_ExcludesTheAppId()
    {
        var (options, _) = await new Site().BeginRegistrationAsync();

        Assert.Equal(Site.AppId, options.GetProperty("extensions").GetProperty("appidExclude").GetString());
    }

    private static SoftAuthenticator Key(SoftMaker maker) => new() { IsU2F = true, Format = "fido-u2f", Maker = maker, Counter = 0 };

    private static JsonElement Extensions(Site site) => site.BeginAssertion().Options.GetProperty("extensions");
}
