using System.Net;
using System.Text.RegularExpressions;
using MfaMiddleware.EndToEnd.Tests.MvcSite;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.AuthorizationServer;

/// <summary>
/// The authorization server, where alice has an authenticator, bob a telephone and nothing else, and admin signs in without a second factor. No
/// stronger factor can be set up during a sign-in, so that there are requirements which can't be met.
/// </summary>
public sealed partial class AuthorizationServerSample : SampleServer
{
    private readonly ClientSite _client;

    public AuthorizationServerSample()
        : this(ClientSite.Start())
    {
    }

    private AuthorizationServerSample(ClientSite client)
        : base(
            "AuthorizationServer",
            ("Clients__0__RedirectUris__0", client.RedirectUri),
            ("Mfa__Policy__Enrollment__AllowStronger", "false"),
            ("Mfa__Policy__Rules__0__Role", "Admin"),
            ("Mfa__Policy__Rules__0__Mode", "Never"),
            ("Mfa__Methods__Sms__Enabled", "true"))
    {
        _client = client;
    }

    internal string RedirectUri => _client.RedirectUri;

    internal EnrolledUser Alice { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        using var client = new JsonClient(Address);
        (Alice, var done) = await client.EnrollAsync(await client.PostAsync("/api/login", Person.CredentialsOf("alice")));
        Assert.Equal(HttpStatusCode.OK, done.Status);
        await EnrollPhoneAsync(client);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _client.DisposeAsync();
    }

    internal async Task<string[]> SentCodesAsync()
    {
        using var client = new JsonClient(Address);
        var messages = (await client.GetAsync("/dev/outbox")).Json!.AsArray();
        return [.. messages.Select(message => SixDigits().Match((string)message!["text"]!).Value)];
    }

    private async Task EnrollPhoneAsync(JsonClient client)
    {
        var challenge = await client.PostAsync("/api/login", Person.CredentialsOf("bob"));
        var enrollment = await client.PostAsync("/mfa/enroll", new { mfa_token = challenge["mfa_token"], method = "sms", phone = "+491701234567" });
        var answer = new { mfa_token = enrollment["mfa_token"], enrollment_id = (string)enrollment.Json!["enrollment"]!["id"]!, code = (await SentCodesAsync())[0] };
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/mfa", answer)).Status);
    }

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex SixDigits();
}
