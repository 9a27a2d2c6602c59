namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>
/// MvcSite where a second factor is asked for only when the sign-in is suspicious, with a list of denied addresses that a test can write while the site runs.
/// </summary>
public sealed class SuspiciousMvcSite : SampleServer
{
    private readonly string _denied;

    public SuspiciousMvcSite()
        : this(Directory.CreateTempSubdirectory("denied-").FullName)
    {
    }

    private SuspiciousMvcSite(string directory)
        : base("MvcSite", ("Mfa__Policy__Mode", "Suspicious"), ("Mfa__Addresses__DenyFiles__0", Path.Combine(directory, "denied.txt")))
    {
        _denied = Path.Combine(directory, "denied.txt");
        File.WriteAllText(_denied, "# nobody yet\n");
    }

    /// <summary>Denies the addresses of this machine; in force some seconds later.</summary>
    public Task DenyThisMachineAsync() => File.WriteAllTextAsync(_denied, "127.0.0.0/8\n::1\n");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(Path.GetDirectoryName(_denied)!, recursive: true);
    }
}
