using System.Text.Json.Nodes;
using MfaMiddleware.Methods;
using MfaMiddleware.TestKit.Hosting;
using Xunit;

namespace MfaMiddleware.Tests.Threats.Support;

/// <summary>What an attack must not have reached.</summary>
internal static class Oracles
{
    /// <summary>No final cookie or token in the answers, and nothing of what they hold opens <c>/me</c>.</summary>
    public static async Task NobodyIsSignedInAsync(MfaClient client, params Reply[] replies)
    {
        foreach (var reply in replies)
        {
            Assert.DoesNotContain(reply.SetCookies, cookie => cookie.Contains(".AspNetCore.", StringComparison.OrdinalIgnoreCase) && !IsDeletion(cookie));
            Assert.DoesNotContain("accessToken", reply.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("refreshToken", reply.Body, StringComparison.OrdinalIgnoreCase);
            Assert.Null(await client.MeAsync(reply.CookieHeader));
            foreach (var value in StringsOf(reply)) Assert.Equal(401, (await client.GetAsync("/me", ("Authorization", "Bearer " + value))).Status);
        }
    }

    /// <summary>Status, names of headers, shape and length of the body are equal: nothing tells the answers apart.</summary>
    public static void Same(params Reply[] replies)
    {
        var first = Shape(replies[0]);
        foreach (var reply in replies) Assert.Equal(first, Shape(reply));
    }

    public static void IsInvalidToken(Reply reply)
    {
        Assert.Equal(401, reply.Status);
        Assert.Equal("""{"type":1,"error":"invalid_token"}""", reply.Body);
    }

    /// <summary>The secret is in none of the texts, in no usual spelling.</summary>
    public static void NoLeak(IEnumerable<string> texts, params string[] secrets)
    {
        var spellings = secrets.SelectMany(SpellingsOf).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        Assert.NotEmpty(spellings);
        foreach (var text in texts)
        {
            foreach (var spelling in spellings) Assert.DoesNotContain(spelling, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string Shape(Reply reply) => string.Join('\n',
        reply.Status,
        string.Join(',', reply.Message.Headers.Select(h => h.Key).Concat(reply.Message.Content.Headers.Select(h => h.Key)).Order(StringComparer.Ordinal)),
        reply.Body.Length,
        reply.Body.StartsWith('{') ? string.Join(',', reply.Json.Select(m => m.Key)) : "");

    private static IEnumerable<string> StringsOf(Reply reply) => reply.Body.StartsWith('{')
        ? reply.Json.Select(m => m.Value).OfType<JsonValue>().Select(v => v.TryGetValue(out string? s) ? s : null).OfType<string>().Where(s => s.Length > 20)
        : [];

    private static bool IsDeletion(string cookie) => cookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> SpellingsOf(string secret)
    {
        yield return secret;
        if (secret.Contains('-')) yield return secret.Replace("-", "", StringComparison.Ordinal);
        if (secret.Length < 16) yield break;
        var bytes = System.Text.Encoding.ASCII.GetBytes(secret);
        yield return Convert.ToBase64String(bytes).TrimEnd('=');
        yield return Convert.ToHexString(bytes);
        if (!secret.All(c => c is (>= 'A' and <= 'Z') or (>= '2' and <= '7'))) yield break;
        var raw = Base32.Decode(secret);
        // Base64 of anything that has it inside: at each of the three alignments, without the symbols that its neighbours share.
        for (var shift = 0; shift < 3; shift++)
        {
            var base64 = Convert.ToBase64String([.. new byte[shift], .. raw])[4..^4];
            yield return base64;
            yield return base64.Replace('+', '-').Replace('/', '_');
        }

        yield return Convert.ToHexString(raw);
    }
}
