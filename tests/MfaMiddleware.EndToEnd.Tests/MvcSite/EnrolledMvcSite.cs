using System.Net;
using Xunit;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>MvcSite where everyone has set up an authenticator.</summary>
public sealed class EnrolledMvcSite : MfaMvcSite
{
    private readonly Dictionary<string, EnrolledUser> _users = [];

    internal EnrolledUser this[string name] => _users[name];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        using var client = new JsonClient(Address);
        foreach (var name in new[] { "alice", "bob", "admin" })
        {
            var (user, done) = await client.EnrollAsync(await client.PostAsync("/api/login", Person.CredentialsOf(name)));
            Assert.Equal(HttpStatusCode.OK, done.Status);
            _users[name] = user;
        }
    }
}
