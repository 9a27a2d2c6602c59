using MfaMiddleware.Policies.Signals;

namespace MfaMiddleware.TestKit.Simulation;

/// <summary>A simulated row and what the engine did about it.</summary>
internal sealed record HarnessRow(SimulatedSignIn Row, HarnessSignIn SignIn);

/// <summary>Plays the rows of a simulated world to a harness, as their people and attackers would.</summary>
internal static class HarnessRun
{
    public static async IAsyncEnumerable<HarnessRow> PlayAsync(this RiskHarness harness, IEnumerable<SimulatedSignIn> rows, FakeClock clock)
    {
        foreach (var row in rows)
        {
            clock.Set(row.At);
            for (var i = 0; i < row.FailedPasswordsBefore + (row.IsSignIn ? 0 : 1); i++) await harness.FailPasswordAsync(row.User, row.Address);
            if (!row.IsSignIn) continue;
            if (row.AfterPasswordChange)
            {
                // What is proved at the very moment of the change would be void with the rest.
                await harness.PasswordChangedAsync(row.User, wasReset: true);
                clock.Advance(TimeSpan.FromSeconds(1));
            }

            var signIn = await harness.SignInAsync(row.User, row.Address, row.Browser, row.UserAgent);
            if (signIn.IsHeld && row.CanProve) await harness.ProveAsync(signIn);
            yield return new HarnessRow(row, signIn);
        }
    }

    public static GeoLocation? ToLocation(this SimulatedPlace? place) => place is null ? null : new GeoLocation(place.Latitude, place.Longitude) { Country = place.Country };
}
