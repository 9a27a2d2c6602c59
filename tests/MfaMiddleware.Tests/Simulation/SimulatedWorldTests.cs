using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MfaMiddleware.TestKit.Simulation;
using Xunit;
using Xunit.Abstractions;

namespace MfaMiddleware.Tests.Simulation;

/// <summary>The world is what it says it is; nothing here knows a risk engine. MFA_WORLD="users,days" prints the counts of a larger one.</summary>
public sealed class SimulatedWorldTests(ITestOutputHelper output)
{
    private static readonly SimulatedWorldOptions Small = new(1, 100, 60);

    [Fact]
    public void The_same_seed_gives_the_same_rows_on_every_machine_and_another_seed_others()
    {
        var rows = Hash(new(1, 20, 20));

        Assert.Equal(rows, Hash(new(1, 20, 20)));
        Assert.NotEqual(rows, Hash(new(2, 20, 20)));
        // Written down, so that a machine that counts otherwise is found
        Assert.Equal("7b327d4f764e8586", rows[..16]);
    }

    [Fact]
    public void Running_a_world_twice_begins_anew()
    {
        var world = new SimulatedWorld(new(1, 20, 20));

        Assert.Equal(world.Run().ToList(), world.Run().ToList());
    }

    [Fact]
    public void Rows_come_in_order_of_time_and_within_the_days()
    {
        var last = Small.Start;
        foreach (var row in new SimulatedWorld(Small).Run())
        {
            Assert.True(row.At >= last, $"{row.At} after {last}");
            last = row.At;
        }

        Assert.InRange(last, Small.Start.AddDays(59), Small.Start.AddDays(60));
    }

    [Fact]
    public void Every_user_signs_in_within_the_first_days_and_honestly()
    {
        var first = new SimulatedWorld(Small).Run().Where(row => row.IsSignIn).GroupBy(row => row.User).Select(rows => rows.First()).ToList();

        Assert.Equal(100, first.Count);
        Assert.All(first, row => Assert.False(row.IsAttack));
        Assert.All(first, row => Assert.True(row.At < Small.Start.AddDays(8)));
    }

    [Fact]
    public void No_honest_person_travels_faster_than_a_plane()
    {
        var journeys = 0;
        foreach (var person in HonestYear().Where(row => row.Whereabouts is not null).GroupBy(row => row.User))
        {
            SimulatedSignIn? before = null;
            foreach (var row in person)
            {
                if (before is not null && before.Whereabouts != row.Whereabouts)
                {
                    journeys++;
                    var speed = Kilometres(before.Whereabouts!, row.Whereabouts!) / (row.At - before.At).TotalHours;
                    Assert.True(speed < 950, $"{speed:F0} km/h: {before} -> {row}");
                }

                before = row;
            }
        }

        Assert.True(journeys > 500, $"{journeys} journeys");
    }

    [Fact]
    public void The_database_is_right_of_most_addresses_and_wrong_of_some()
    {
        var world = new SimulatedWorld(new(1, 100, 365));
        int right = 0, wrong = 0, unknown = 0;
        foreach (var row in HonestYear())
        {
            if (row.Whereabouts is null || row.Story is not ("home" or "hotel" or "cafe" or "campus" or "second_home")) continue;
            if (world.Locate(row.Address) is not { } place) unknown++;
            else if (Kilometres(place, row.Whereabouts) < 40) right++;
            else wrong++;
        }

        var all = (double)(right + wrong + unknown);
        Assert.InRange(right / all, 0.90, 0.99);
        Assert.InRange(wrong / all, 0.01, 0.08);
        Assert.InRange(unknown / all, 0.001, 0.03);
    }

    [Fact]
    public void Addresses_are_public_ones_and_stories_are_told_in_their_shares()
    {
        var rows = new SimulatedWorld(new(3, 200, 200)).Run().ToList();
        var honest = rows.Where(row => row is { IsSignIn: true, IsAttack: false }).ToList();
        var attacks = rows.Where(row => row is { IsSignIn: true, IsAttack: true }).ToList();
        double Share(List<SimulatedSignIn> of, params string[] stories) => of.Count(row => stories.Contains(row.Story)) / (double)of.Count;

        Assert.InRange(attacks.Count / (double)(attacks.Count + honest.Count), 0.01, 0.03);
        Assert.InRange(Share(honest, "home"), 0.25, 0.6);
        Assert.InRange(Share(honest, "office", "office_guests", "campus"), 0.1, 0.4);
        Assert.InRange(Share(honest, "mobile"), 0.1, 0.3);
        Assert.InRange(Share(honest, "hotel", "airport", "customer", "cafe", "roaming", "local_sim", "second_home"), 0.03, 0.2);
        Assert.InRange(Share(honest, "vpn", "vpn_switched", "relay"), 0.02, 0.15);
        Assert.InRange(Share(honest, "new_phone", "new_computer", "cleared_cookies", "private_window", "forgetful_browser"), 0.008, 0.04);
        Assert.InRange(Share(honest, "forgotten_password", "changed_password"), 0.002, 0.02);
        Assert.InRange(honest.Count(row => row.FailedPasswordsBefore > 0) / (double)honest.Count, 0.05, 0.08);
        Assert.InRange(Share(attacks, "stuffing_burst", "stuffing_slow", "spraying"), 0.35, 0.75);
        Assert.InRange(Share(attacks, "stolen_cookie_same_agent"), 0.005, 0.05);
        Assert.InRange(Share(attacks, "colleague_at_shared_pc", "own_machine"), 0, 0.01);
        Assert.InRange(rows.Count(row => !row.IsSignIn) / (double)rows.Count, 0.1, 0.5);
        Assert.All(rows, row => Assert.False(row.Address.IsIPv6LinkLocal || row.Address.ToString().StartsWith("10.", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_deny_list_knows_some_attackers_and_some_bystanders()
    {
        var world = new SimulatedWorld(Small);
        var bad = world.BadNetworks.ToList();
        var signIns = world.Run().Where(row => row.Address.GetAddressBytes().Length is 4).ToList();
        bool Listed(SimulatedSignIn row) => bad.Exists(network => network.Contains(row.Address));

        var bots = signIns.Where(row => row.Story.StartsWith("stuffing", StringComparison.Ordinal)).Take(500).ToList();
        Assert.InRange(bots.Count(Listed) / (double)bots.Count, 0.1, 0.5);
        Assert.DoesNotContain(signIns.Where(row => row.Story is "stolen_cookie" or "targeted_same_city").Take(20), Listed);
    }

    [Fact]
    public void Rows_are_streamed_and_quickly()
    {
        var before = GC.GetTotalMemory(true);
        var (watch, rows, most) = (Stopwatch.StartNew(), 0, 0L);
        foreach (var row in new SimulatedWorld(new(1, 250, 200)).Run())
            if (++rows % 20_000 is 0) most = Math.Max(most, GC.GetTotalMemory(true) - before);

        Assert.True(rows > 70_000, $"{rows} rows");
        Assert.True(most < 25_000_000, $"{most} bytes for {rows} rows");
        output.WriteLine($"{rows} rows, {watch.ElapsedMilliseconds} ms, {most} bytes at most");
    }

    [Fact]
    public void Sixty_days_of_a_hundred_users_are_thousands_of_rows() => Assert.InRange(new SimulatedWorld(Small).Run().Count(), 8_000, 40_000);

    [Fact]
    public void Its_source_names_nothing_of_the_product()
    {
        var folder = Path.Combine(MfaMiddleware.Tests.Conventions.LayoutTests.FindRoot(), "tests", "MfaMiddleware.TestKit", "Simulation");
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs").Where(file => !Path.GetFileName(file).Contains("Harness", StringComparison.Ordinal)))
            Assert.All(File.ReadLines(file).Where(line => line.Contains("MfaMiddleware", StringComparison.Ordinal)), line => Assert.Equal("namespace MfaMiddleware.TestKit.Simulation;", line));
    }

    [Fact]
    public void The_counts_of_a_world_can_be_printed()
    {
        var size = (Environment.GetEnvironmentVariable("MFA_WORLD") ?? "10,5").Split(',').Select(int.Parse).ToArray();
        var watch = Stopwatch.StartNew();
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in new SimulatedWorld(new(1, size[0], size[1])).Run())
        {
            var key = $"{(row.IsAttack ? "attack" : "honest")} {(row.IsSignIn ? "sign-in" : "failure")} {row.Story}";
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        foreach (var (story, count) in counts) output.WriteLine($"{story} {count}");
        output.WriteLine($"all {counts.Values.Sum()} in {watch.ElapsedMilliseconds} ms");
        Assert.Contains(counts, entry => entry.Key.StartsWith("honest sign-in", StringComparison.Ordinal));
    }

    private static IEnumerable<SimulatedSignIn> HonestYear() => new SimulatedWorld(new(1, 100, 365)).Run().Where(row => row is { IsSignIn: true, IsAttack: false });

    private static string Hash(SimulatedWorldOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in new SimulatedWorld(options).Run())
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{row.At:O}|{row.User}|{row.IsAttack}|{row.Story}|{row.Address}|{row.Browser}|{row.UserAgent}|{row.IsSignIn}|{row.FailedPasswordsBefore}|{row.CanProve}|{row.AfterPasswordChange}|{row.Whereabouts?.City}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static double Kilometres(SimulatedPlace from, SimulatedPlace to)
    {
        double Radians(double degrees) => degrees * Math.PI / 180;
        var (south, north) = (Radians(from.Latitude), Radians(to.Latitude));
        var half = Math.Pow(Math.Sin((north - south) / 2), 2) + (Math.Cos(south) * Math.Cos(north) * Math.Pow(Math.Sin(Radians(to.Longitude - from.Longitude) / 2), 2));
        return 12742 * Math.Asin(Math.Sqrt(half));
    }
}
