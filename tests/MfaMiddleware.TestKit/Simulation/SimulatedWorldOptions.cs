namespace MfaMiddleware.TestKit.Simulation;

/// <summary>How large a world is, and how often things happen in it.</summary>
/// <param name="Seed">The same seed, the same rows.</param>
/// <param name="Users">At least 1.</param>
/// <param name="Days">At least 1.</param>
public sealed record SimulatedWorldOptions(ulong Seed, int Users, int Days)
{
    /// <summary>Midnight UTC of a Monday; 7 January 2030.</summary>
    public DateTimeOffset Start { get; init; } = new(2030, 1, 7, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Attackers' sign-ins with the right password, of all sign-ins; 20.</summary>
    public int AttackSignInsPerMille { get; init; } = 20;

    /// <summary>Honest sign-ins after 1 to 3 mistyped passwords; 60. A tenth as many times somebody gives up and doesn't get in.</summary>
    public int TypoPerMille { get; init; } = 60;

    /// <summary>Honest sign-ins in a private window; 4.</summary>
    public int PrivateWindowPerMille { get; init; } = 4;

    /// <summary>Users whose main browser forgets its cookies whenever it is closed; 10.</summary>
    public int ForgetfulBrowserPerMille { get; init; } = 10;

    /// <summary>Days until a browser's cookies are cleared, on average; 300. One user in thirty does it every ten days.</summary>
    public int DaysPerClearedJar { get; init; } = 300;

    /// <summary>Days until a phone is replaced, on average; 730.</summary>
    public int DaysPerPhone { get; init; } = 730;

    /// <summary>Days until a computer or tablet is replaced, on average; 1,460.</summary>
    public int DaysPerComputer { get; init; } = 1460;

    /// <summary>Days until a household changes its provider, on average; 900.</summary>
    public int DaysPerProvider { get; init; } = 900;

    /// <summary>Days until somebody moves to another city of the country, on average; 4,000.</summary>
    public int DaysPerMove { get; init; } = 4000;

    /// <summary>Honest sign-ins after a forgotten password was reset; 3. Ten times as many with users who come monthly.</summary>
    public int ForgottenPasswordPerMille { get; init; } = 3;

    /// <summary>Days until a user changes the password without need, on average; 400.</summary>
    public int DaysPerPasswordChange { get; init; } = 400;

    /// <summary>/24 and /48 networks of households that the geo database puts in another city of the country; 40. Mobile ones 60.</summary>
    public int WrongCityPerMille { get; init; } = 40;

    /// <summary>Networks that it doesn't know; 10.</summary>
    public int UnknownPlacePerMille { get; init; } = 10;

    /// <summary>Networks that it puts in another country; 3. Exits of VPNs 50.</summary>
    public int WrongCountryPerMille { get; init; } = 3;

    /// <summary>Addresses of each of the three botnets; 1,500.</summary>
    public int BotnetSize { get; init; } = 1500;

    /// <summary>Bots that the deny list knows; 350. Of the networks that spray passwords it knows twice as many.</summary>
    public int DenyListKnowsPerMille { get; init; } = 350;
}
