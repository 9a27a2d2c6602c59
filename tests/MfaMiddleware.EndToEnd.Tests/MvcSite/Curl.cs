using System.Text.Json;
using System.Text.Json.Nodes;

namespace MfaMiddleware.EndToEnd.Tests.MvcSite;

/// <summary>curl with a file of cookies, as a newcomer types it.</summary>
internal sealed class Curl(Uri address) : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("curl-");

    public Task<(int Status, JsonNode Json)> PostAsync(string path, object body) =>
        RunAsync(path, "--header", "content-type: application/json", "--data", JsonSerializer.Serialize(body));

    public Task<(int Status, JsonNode Json)> GetAsync(string path) => RunAsync(path);

    public void Dispose() => _directory.Delete(recursive: true);

    private async Task<(int Status, JsonNode Json)> RunAsync(string path, params string[] more)
    {
        var jar = Path.Combine(_directory.FullName, "cookies");
        var output = await Command.RunAsync(
            "curl", ["--silent", "--show-error", "--noproxy", "*", "--cookie", jar, "--cookie-jar", jar, "--write-out", "\n%{http_code}", .. more, $"{address}{path}"]);
        var end = output.LastIndexOf('\n');
        return (int.Parse(output.AsSpan(end + 1), provider: null), JsonNode.Parse(output[..end])!);
    }
}
