namespace MfaMiddleware.TestKit.Simulation;

internal enum DeviceKind { OfficePc, Laptop, Phone, Tablet }

/// <summary>A cookie jar. Two users at one computer have one.</summary>
internal sealed class Jar(string name)
{
    private int _cleared;

    public string Id => _cleared is 0 ? name : $"{name}.{_cleared}";

    public void Clear() => _cleared++;
}

/// <summary>A browser that somebody uses.</summary>
internal sealed class Device(int number, DeviceKind kind, BrowserFamily family, Jar jar, int lag)
{
    public int Number => number;

    public DeviceKind Kind => kind;

    public BrowserFamily Family => family;

    public Jar Jar => jar;

    public bool ForgetsOnExit { get; init; }

    /// <summary>The maker's relay hides the address while it is on.</summary>
    public bool Relayed { get; init; }

    /// <summary>What the next sign-in will be called: the device is new, or its cookies are gone.</summary>
    public string? News { get; set; }

    public string UserAgentOn(int day) => UserAgents.Of(family, day, lag);
}
