using MfaMiddleware.Factors;
using MfaMiddleware.PendingSessions;
using MfaMiddleware.Tests.Factors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace MfaMiddleware.Tests.PendingSessions;

public sealed class SessionIdsTests
{
    private static readonly MfaSubject Alice = new("", "alice");
    private readonly SessionIds _ids = NewIds();

    [Fact]
    public async Task IdsOfOneSubject_DifferButForTheirLast14Bits()
    {
        var ids = new List<string>();
        for (var i = 0; i < 50; i++) ids.Add((await _ids.NewTokenAsync(Alice, default)).SessionId);

        Assert.Equal(50, ids.Distinct().Count());
        Assert.Single(ids.Select(PlaceOf).Distinct());
        Assert.True(ids.Select(id => WebEncoders.Base64UrlDecode(id)[14] >> 6).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Place_DependsOnRealmSubjectAndKey()
    {
        var places = new HashSet<int>();
        for (var i = 0; i < 20; i++) places.Add(PlaceOf((await _ids.NewTokenAsync(new MfaSubject("", $"user{i}"), default)).SessionId));
        Assert.True(places.Count > 15);

        // Two of 16,384 may be equal by chance; not ten in a row.
        var realms = new HashSet<int>();
        var keys = new HashSet<int>();
        for (var i = 0; i < 10; i++)
        {
            realms.Add(PlaceOf((await _ids.NewTokenAsync(new MfaSubject($"realm{i}", "alice"), default)).SessionId));
            keys.Add(PlaceOf((await NewIds().NewTokenAsync(Alice, default)).SessionId));
        }

        Assert.True(realms.Count > 1);
        Assert.True(keys.Count > 1);
    }

    [Fact]
    public async Task SessionKnownByAnotherId_HasTheSameIdEachTime()
    {
        var other = MfaToken.NewId();

        var id = await _ids.PlaceAsync(Alice, other, default);

        Assert.Equal(id, await _ids.PlaceAsync(Alice, other, default));
        Assert.Equal(WebEncoders.Base64UrlDecode(other)[..14], WebEncoders.Base64UrlDecode(id)[..14]);
        Assert.Equal(PlaceOf((await _ids.NewTokenAsync(Alice, default)).SessionId), PlaceOf(id));
        Assert.Equal("no id", await _ids.PlaceAsync(Alice, "no id", default));
    }

    private static int PlaceOf(string id)
    {
        var bytes = WebEncoders.Base64UrlDecode(id);
        return ((bytes[14] & 0x3F) << 8) | bytes[15];
    }

    private static SessionIds NewIds()
    {
        var options = new MfaOptions();
        return new SessionIds(
            new LookupHasher(new LookupKeyStore().Store, new EphemeralDataProtectionProvider(), LookupHasherTests.KeyRing()),
            new StoreBudget(() => options, TimeProvider.System));
    }
}
