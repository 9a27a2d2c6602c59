using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>A household's connection: its addresses change when the provider says so.</summary>
internal sealed class HomeLine(Network provider, Dice dice)
{
    // Days between changes of the IPv4 address: some lines every night, most in weeks, some nearly never. 0: shared by the provider's gateway.
    private readonly int _days = dice.Weighted([60, 500, 240, 100, 100]) switch { 0 => 1, 1 => dice.Between(10, 35), 2 => dice.Between(60, 200), 3 => 700, _ => 0 };
    private readonly bool _keepsPrefix = dice.PerMille(500);
    private readonly int _gatewayPool = dice.Below(provider.Pools);
    private long _next = long.MinValue;
    private int _pool = dice.Below(provider.Pools), _host, _site, _subnet;

    public Network Provider => provider;

    public IPAddress At(long second, int device, bool wantsV6)
    {
        Advance(second);
        if (wantsV6 && provider.HasV6) return provider.V6(_site, _subnet, Dice.Hash((ulong)provider.Index, (ulong)_subnet, (ulong)device, (ulong)(second / 86400)));
        return _days is 0 ? provider.V4((_gatewayPool + dice.Below(3)) % provider.Pools, dice.Between(2, 253)) : provider.V4(_pool, _host);
    }

    private void Advance(long second)
    {
        if (second < _next) return;
        var first = _next is long.MinValue;
        if (first || !dice.PerMille(250)) _pool = dice.Below(provider.Pools); // now and then the next address is of the same /24
        _host = dice.Between(2, 253);
        if (first || !_keepsPrefix) (_site, _subnet) = (dice.Below(256), dice.Below(256) << 8);
        // A prefix that is kept isn't kept for ever
        else if (dice.PerMille(30)) (_site, _subnet) = (dice.Below(256), dice.Below(256) << 8);
        var days = _days is 0 ? 30 : _days;
        _next = second + (dice.Between(Math.Max(1, days / 2), Math.Max(1, days * 3 / 2)) * 86400L) + dice.Below(3600);
    }
}

/// <summary>A company's office: everybody behind one or two addresses, guests behind another, and a second line for the days when the first is down.</summary>
internal sealed class Office(Network line, Network spare, Dice dice)
{
    private readonly ulong _seed = dice.Next();
    private readonly int _pool = dice.Below(line.Pools), _guestPool = dice.Below(line.Pools), _sparePool = dice.Below(spare.Pools);
    private readonly int _host = dice.Between(2, 240), _addresses = dice.Between(1, 2), _site = dice.Below(65536);
    private readonly bool _hasV6 = dice.PerMille(350), _guestsApart = dice.PerMille(400);

    public City City => line.City;

    public IPAddress At(long second, ulong device, bool guest, Dice own)
    {
        var down = Dice.Hash(_seed, (ulong)(second / 86400)) % 1000 < 15;
        if (down) return spare.V4(_sparePool, _host);
        if (_hasV6 && own.PerMille(600)) return line.V6(_site, guest ? 2 : 1, Dice.Hash(_seed, device, (ulong)(second / 86400)));
        if (guest && _guestsApart) return line.V4(_guestPool, _host);
        return line.V4(_pool, _host + (guest ? 3 : own.Below(_addresses)));
    }
}
