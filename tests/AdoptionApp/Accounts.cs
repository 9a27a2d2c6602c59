using System.Security.Claims;
using System.Security.Cryptography;

namespace AdoptionApp;

internal sealed record Credentials(string User, string Password);

internal sealed record Account(string Id, string User, byte[] Salt, byte[] Hash)
{
    public ClaimsPrincipal ToPrincipal(string authenticationType) =>
        new(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, Id), new(ClaimTypes.Name, User)], authenticationType));
}

/// <summary>Two people, kept in memory.</summary>
internal sealed class Accounts
{
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Account _nobody = Create("", "", RandomNumberGenerator.GetHexString(32));

    public Accounts()
    {
        _accounts["carol"] = Create("u-1", "carol", "Carol-pass-1");
        _accounts["dave"] = Create("u-2", "dave", "Dave-pass-1");
    }

    public Account? Check(string user, string password)
    {
        var known = _accounts.TryGetValue(user, out var account);
        account ??= _nobody;
        var same = CryptographicOperations.FixedTimeEquals(Derive(password, account.Salt), account.Hash);
        return known && same ? account : null;
    }

    private static Account Create(string id, string user, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return new(id, user, salt, Derive(password, salt));
    }

    private static byte[] Derive(string password, byte[] salt) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, 100_000, HashAlgorithmName.SHA256, 32);
}
