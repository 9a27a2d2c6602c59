using System.Net;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>An address, and what the report calls the way it came about.</summary>
internal readonly record struct Connection(IPAddress Address, string Story);

/// <summary>By which network a device reaches the app, from where its owner is at that hour.</summary>
internal sealed class Connections(AddressPlan plan)
{
    private readonly Network _satellite = plan.All.First(network => network.Kind is NetworkKind.Satellite);

    public Connection Of(Person person, Device device, long second, bool hidden)
    {
        var bare = Bare(person, device, second);
        if (device.Kind is DeviceKind.OfficePc || bare.Story is "inflight") return bare;
        if (hidden) return new(VpnExit(person), "vpn");
        if (device.Relayed && person.Dice.PerMille(850)) return new(Relay(person, second), "relay");
        return device.Kind is DeviceKind.Laptop && person.TunnelsToOffice && bare.Story is "home" or "hotel" or "second_home" && person.Dice.PerMille(700)
            ? new(person.Office!.At(second, (ulong)device.Number, false, person.Dice), "office_tunnel") : bare;
    }

    public Connection Bare(Person person, Device device, long second) => person.WhereAt(second) switch
    {
        (null, _) => new(_satellite.AnyV4(person.Dice), "inflight"),
        (_, null) => AtHomeTown(person, device, second),
        (_, { Kind: StayKind.SecondHome }) => person.Dice.PerMille(700) || device.Kind is not DeviceKind.Phone
            ? new(person.SecondHome!.At(second, device.Number, V6(person)), "second_home") : Mobile(person, device, second, "mobile"),
        (_, { } stay) => Away(person, device, second, stay),
    };

    private Connection AtHomeTown(Person person, Device device, long second)
    {
        var dice = person.Dice;
        var local = second + (person.Home.UtcMinutes * 60L);
        var (hour, weekday) = ((int)(local / 3600 % 24), (int)(local / 86400 % 7));
        var isOut = weekday < 5 && (person.DaysOut >> weekday & 1) is 1;
        if (device.Kind is DeviceKind.OfficePc) return new(person.Office!.At(second, Id(person, device), false, dice), "office");
        if (isOut && hour is >= 9 and < 17) return Out(person, device, second);
        if (isOut && device.Kind is DeviceKind.Phone && hour is 7 or 8 or 17 or 18) return Mobile(person, device, second, "mobile");
        return AtHome(person, device, second);
    }

    private Connection Out(Person person, Device device, long second)
    {
        var (dice, phone) = (person.Dice, device.Kind is DeviceKind.Phone);
        if (person.Office is { } office && office.City == person.Home)
        {
            if (!phone) return new(office.At(second, Id(person, device), false, dice), "office");
            return dice.PerMille(450) ? new(office.At(second, Id(person, device), true, dice), "office_guests") : Mobile(person, device, second, "mobile");
        }

        if (person.Kind is PersonKind.Student) return dice.PerMille(phone ? 700 : 950) ? Campus(person, device, second) : Mobile(person, device, second, "mobile");
        if (person.Kind is PersonKind.FieldWorker) return dice.PerMille(850) ? Mobile(person, device, second, "mobile") : Guest(person, "customer");
        return AtHome(person, device, second);
    }

    private Connection AtHome(Person person, Device device, long second)
    {
        var draw = person.Dice.Below(1000);
        var (line, mobile) = device.Kind is DeviceKind.Phone ? (720, 250) : (930, 30);
        if (draw < line) return new(person.Line.At(second, device.Number, V6(person)), "home");
        return draw < line + mobile ? Mobile(person, device, second, "mobile") : Guest(person, "cafe");
    }

    private Connection Away(Person person, Device device, long second, Stay stay)
    {
        var dice = person.Dice;
        if (stay.ByAir && (second < stay.From + 3600 || second > stay.Until - 3600) && dice.PerMille(600)) return new(stay.Hotel.V4(1, dice.Between(2, 253)), "airport");
        var draw = dice.Below(1000);
        var phone = device.Kind is DeviceKind.Phone;
        if (draw < (phone ? 450 : 600)) return new(stay.Hotel.V4(stay.HotelPool, 9), "hotel");
        if (draw < (phone ? 550 : 850)) return new(stay.Hotel.AnyV4(dice), stay.Kind is StayKind.Business ? "customer" : "cafe");
        if (stay.City.Country == person.Carrier) return Mobile(person, device, second, "mobile");
        // Roaming comes out at the gateway at home; a card of the country, at one there
        return draw < 900 ? Mobile(person, device, second, "roaming")
            : new(dice.Pick(plan.In(stay.City.Country, NetworkKind.Mobile)).AnyV4(dice), "local_sim");
    }

    /// <summary>The carrier's gateway is mostly the same one; the address stays for some hours at best.</summary>
    private static Connection Mobile(Person person, Device device, long second, string story)
    {
        var dice = person.Dice;
        var gateway = dice.PerMille(850) ? person.Gateways[0] : dice.Pick(person.Gateways);
        var session = Dice.Hash((ulong)person.FirstDay, Id(person, device), (ulong)(second / 14400));
        var steady = dice.PerMille(500);
        if (gateway.HasV6 && dice.PerMille(550)) return new(gateway.V6(steady ? (int)(session % 256) : dice.Below(256), dice.Below(65536), dice.Next()), story);
        return new(steady ? gateway.V4((int)(session % (ulong)gateway.Pools), (int)(2 + (session >> 32) % 250)) : gateway.AnyV4(dice), story);
    }

    private static Connection Campus(Person person, Device device, long second)
    {
        var campus = person.Campus;
        var id = Dice.Hash(Id(person, device), (ulong)(second / 86400));
        // One /48 for the campus, a /64 a building
        if (campus.HasV6 && person.Dice.PerMille(700)) return new(campus.V6(1, person.Dice.Below(40), id), "campus");
        return new(campus.V4((int)(id % (ulong)campus.Pools), (int)(2 + (id >> 32) % 250)), "campus");
    }

    private Connection Guest(Person person, string story) => new(plan.In(person.Home, NetworkKind.Business)[0].AnyV4(person.Dice), story);

    /// <summary>Four servers in each of the few networks that an exit has; everybody shares them.</summary>
    private IPAddress VpnExit(Person person)
    {
        var exit = plan.In(Cities.Countries[person.Dice.Pick(person.VpnExits)], NetworkKind.Vpn)[0];
        return exit.V4(person.Dice.Below(exit.Pools), 10 + person.Dice.Below(4));
    }

    private IPAddress Relay(Person person, long second)
    {
        var city = person.WhereAt(second).City ?? person.Home;
        var relay = plan.In(city.Country, NetworkKind.Relay)[0];
        return person.Dice.PerMille(500) ? relay.AnyV4(person.Dice) : relay.V6(person.Dice.Below(200), person.Dice.Below(65536), person.Dice.Next());
    }

    private static bool V6(Person person) => person.Dice.PerMille(650);

    private static ulong Id(Person person, Device device) => Dice.Hash((ulong)person.FirstDay, (ulong)device.Number, (ulong)person.Number);
}
