using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using MfaMiddleware.TestKit.Hosting;

namespace MfaMiddleware.Tests.UI;

/// <summary>A page that was loaded.</summary>
internal sealed record Page(int Status, string Path, IHtmlDocument Document, HttpResponseMessage Message)
{
    public string? Location => Message.Headers.Location?.OriginalString;

    public string Heading => Document.QuerySelector("h1")?.TextContent ?? "";

    public string? Notice => Document.QuerySelector("#notice")?.TextContent.Trim();

    public IReadOnlyList<string> RecoveryCodes => [.. Document.QuerySelectorAll("#codes code").Select(c => c.TextContent)];

    public string? Header(string name) => Message.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    /// <summary>The fields of the form that has this field.</summary>
    public Dictionary<string, string> FormWith(string field)
    {
        var form = Document.Forms.First(f => f.QuerySelector($"[name={field}]") is not null);
        return form.QuerySelectorAll("input[name]").OfType<IHtmlInputElement>().DistinctBy(i => i.Name).ToDictionary(i => i.Name!, i => i.Value);
    }
}

/// <summary>A browser without script: keeps cookies, Secure ones on http://localhost too, and follows no redirect by itself.</summary>
internal sealed class Browser(Uri address, string signIn) : IDisposable
{
    private readonly MfaClient _client = new(address);

    public Browser(TestHost host)
        : this(host.BaseAddress, "/form")
    {
    }

    public Dictionary<string, string> Cookies { get; } = [];

    public string? Language { get; set; }

    public Task<Page> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Page> PostAsync(string path, Dictionary<string, string> fields, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) }, headers);

    /// <summary>Signs in with the password alone, and opens the page that the browser is sent to.</summary>
    public async Task<Page> SignInAsync(string user)
    {
        var held = await PostAsync(signIn, new() { ["user"] = user });
        return await GetAsync(held.Location ?? throw new InvalidOperationException($"{held.Status}: no redirect"));
    }

    /// <summary>Sends the form of a page that asks for a code; where it leads back to its page, that is opened.</summary>
    public Task<Page> AnswerAsync(Page page, string code)
    {
        var fields = page.FormWith("code");
        fields["code"] = code;
        return SubmitAsync(page.Path.Split('?')[0], fields);
    }

    /// <summary>Sends a form. A page that it ends on again is never the answer itself, but behind a redirect; one elsewhere isn't followed.</summary>
    public async Task<Page> SubmitAsync(string path, Dictionary<string, string> fields)
    {
        var answer = await PostAsync(path, fields);
        return answer is { Status: 303, Location: { } back } && back.Split('?')[0] == path ? await GetAsync(back) : answer;
    }

    public async Task<bool> IsSignedInAsync() => (await GetAsync("/me")).Status == 200;

    public void Dispose() => _client.Dispose();

    public async Task<Page> SendAsync(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        var path = request.RequestUri!.OriginalString;
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        if (Language is not null) request.Headers.TryAddWithoutValidation("Accept-Language", Language);
        if (Cookies.Count > 0) request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        var reply = await _client.SendAsync(request, headers);
        foreach (var cookie in reply.SetCookies) Keep(cookie.Split(';')[0]);
        return new Page(reply.Status, path, new HtmlParser().ParseDocument(reply.Body), reply.Message);
    }

    private void Keep(string cookie)
    {
        var (name, value) = (cookie[..cookie.IndexOf('=', StringComparison.Ordinal)], cookie[(cookie.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        if (value.Length == 0) Cookies.Remove(name);
        else Cookies[name] = value;
    }
}
