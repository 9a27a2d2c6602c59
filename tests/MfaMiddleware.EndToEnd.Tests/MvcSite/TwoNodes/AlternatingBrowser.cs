using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite.TwoNodes;

/// <summary>A browser without scripts behind a load balancer that gives each request to another node than the one before. Cookies are the host's, whatever its port.</summary>
internal sealed partial class AlternatingBrowser(IReadOnlyList<Uri> nodes) : IDisposable
{
    private readonly HttpClient _http = new(new InTurn(nodes) { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false } }) { BaseAddress = new Uri("http://localhost") };

    public async Task<JsonAnswer> PostAsync(string path, object body)
    {
        using var response = await _http.PostAsJsonAsync(path, body);
        return await JsonAnswer.ReadAsync(response);
    }

    public async Task<JsonAnswer> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return await JsonAnswer.ReadAsync(response);
    }

    /// <summary>A page, redirects followed.</summary>
    public Task<string> OpenAsync(string path) => FollowAsync(() => new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Fills in the form of a page that has this button, and sends it; the page that comes of it.</summary>
    public Task<string> SubmitAsync(string page, string button, params (string Name, string Value)[] fields)
    {
        var form = Forms().Matches(page).FirstOrDefault(match => match.Value.Contains($">{button}</button>", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"No form with the button '{button}':\n{page}");
        var hidden = Hidden().Matches(form.Value).Select(input => (Name: Attribute(input.Value, "name"), Value: Attribute(input.Value, "value")));
        KeyValuePair<string, string>[] all = [.. hidden.Concat(fields).Select(field => KeyValuePair.Create(field.Name, field.Value))];
        var action = Attribute(form.Groups["start"].Value, "action");
        return FollowAsync(() => new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(all) });
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> FollowAsync(Func<HttpRequestMessage> first)
    {
        using var request = first();
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await _http.SendAsync(request);
        if (response.StatusCode is HttpStatusCode.Found or HttpStatusCode.SeeOther)
            return await OpenAsync(response.Headers.Location is { IsAbsoluteUri: true } absolute ? absolute.PathAndQuery : response.Headers.Location!.OriginalString);
        return await response.Content.ReadAsStringAsync();
    }

    private static string Attribute(string tag, string name) => WebUtility.HtmlDecode(Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"").Groups[1].Value);

    [GeneratedRegex("(?<start><form[^>]*>).*?</form>", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("<input[^>]*type=\"hidden\"[^>]*>")]
    private static partial Regex Hidden();

    private sealed class InTurn(IReadOnlyList<Uri> nodes) : DelegatingHandler
    {
        // A browser sends Secure cookies to http://localhost too; a CookieContainer must be told https for that.
        private static readonly Uri Site = new("https://localhost");

        private readonly CookieContainer _cookies = new();
        private int _requests;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var site = new Uri(Site, request.RequestUri!.PathAndQuery);
            request.RequestUri = new Uri(nodes[_requests++ % nodes.Count], site.PathAndQuery);
            if (_cookies.GetCookieHeader(site) is { Length: > 0 } header) request.Headers.Add("Cookie", header);
            var response = await base.SendAsync(request, cancellationToken);
            if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
                foreach (var cookie in cookies) _cookies.SetCookies(site, cookie);
            return response;
        }
    }
}
