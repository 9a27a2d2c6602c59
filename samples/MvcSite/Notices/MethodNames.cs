namespace MvcSite.Notices;

/// <summary>What this site calls the methods of a second factor.</summary>
public static class MethodNames
{
    public static string Of(string? method) => method switch
    {
        "fido" => "security key",
        "totp" => "authenticator app",
        "hotp" => "token",
        "sms" => "text message",
        _ => "another one",
    };
}
