using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Caching.Memory;

namespace MfaMiddleware.Policies.Signals;

/// <summary>Whose passwords failed from which network in the last minutes, as this node saw it. Bounded: who floods it forgets the quiet networks first.</summary>
internal sealed class NetworkActivity : IDisposable
{
    private const int MaxNetworks = 20_000;
    private const int MaxUsers = 1_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _networks = new(new MemoryCacheOptions { SizeLimit = MaxNetworks });
    private readonly Lock _change = new();

    public void Failed(string network, string user, DateTimeOffset now)
    {
        if (network.Length == 0) return;
        lock (_change)
        {
            var users = Young(Find(network), now).SetItem(Short(user), now);
            // Beyond what any threshold asks for, more users say nothing new.
            if (users.Count > MaxUsers) return;
            _networks.Set(network, users, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Window });
        }
    }

    public int FailedUsersOf(string network, DateTimeOffset now) => network.Length == 0 ? 0 : Find(network).Count(u => u.Value > now - Window);

    public void Dispose() => _networks.Dispose();

    private ImmutableDictionary<string, DateTimeOffset> Find(string network) =>
        _networks.TryGetValue(network, out ImmutableDictionary<string, DateTimeOffset>? users) ? users! : ImmutableDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Whoever types a name chooses its length, and some type their password there.</summary>
    private static string Short(string user) => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(user)).AsSpan(0, 12));

    private static ImmutableDictionary<string, DateTimeOffset> Young(ImmutableDictionary<string, DateTimeOffset> users, DateTimeOffset now) =>
        users.RemoveRange(users.Where(u => u.Value <= now - Window).Select(u => u.Key));
}
