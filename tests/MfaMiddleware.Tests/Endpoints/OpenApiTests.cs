using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MfaMiddleware.Tests.Conventions;
using MfaMiddleware.TestKit.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Xunit;

namespace MfaMiddleware.Tests.Endpoints;

/// <summary>What a host's OpenAPI document says of the API, and that routing answers nothing that the API answers better.</summary>
public sealed class OpenApiTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string[] Operations =
    [
        "DELETE /mfa/devices",
        "DELETE /mfa/devices/{id}",
        "DELETE /mfa/factors/{id}",
        "GET /mfa/devices",
        "GET /mfa/factors",
        "GET /mfa/session",
        "PATCH /mfa/factors/{id}",
        "POST /mfa",
        "POST /mfa/cancel",
        "POST /mfa/challenge",
        "POST /mfa/enroll",
        "POST /mfa/factors",
        "POST /mfa/factors/{id}/resync",
        "POST /mfa/factors/{id}/verify",
        "POST /mfa/recovery-codes",
        "POST /mfa/step-up",
    ];

    [Fact]
    public async Task Document_DescribesEveryJsonEndpointAndNoPage()
    {
        var document = await ReadAsync();

        var found = OperationsOf(document).ToList();
        Assert.Equal(Operations, found.Select(o => o.Name).Order(StringComparer.Ordinal));
        Assert.All(found, o => Assert.StartsWith("Mfa.", (string?)o.Operation["operationId"], StringComparison.Ordinal));
        Assert.All(found, o => Assert.NotNull(o.Operation["summary"]));
        Assert.All(found, o => Assert.Contains("403", o.Operation["responses"]!.AsObject().Select(r => r.Key)));
    }

    [Fact]
    public async Task Document_SaysWhichEndpointsTakeABodyOrTheTokensHeader()
    {
        var found = OperationsOf(await ReadAsync()).ToList();

        Assert.Equal(
            Operations.Where(o => o.StartsWith("PO", StringComparison.Ordinal) || o.StartsWith("PA", StringComparison.Ordinal)),
            found.Where(o => o.Operation["requestBody"]?["content"]?["application/json"] is not null).Select(o => o.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["GET /mfa/session", "POST /mfa", "POST /mfa/cancel", "POST /mfa/challenge", "POST /mfa/enroll"],
            found.Where(o => o.Operation["parameters"]?.AsArray().Any(p => (string?)p!["name"] == "X-MFA-Token") == true).Select(o => o.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_IsTheOneOfTheDocs()
    {
        var actual = (await ReadAsync()).ToJsonString(Indented).ReplaceLineEndings("\n") + "\n";
        var made = Path.Combine(AppContext.BaseDirectory, "openapi.json");
        await File.WriteAllTextAsync(made, actual);
        var file = Path.Combine(LayoutTests.FindRoot(), "docs", "openapi.json");

        var expected = File.Exists(file) ? (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n") : "";
        Assert.True(expected == actual, $"docs/openapi.json is not what the endpoints say. Where that is meant: cp {Path.GetRelativePath(LayoutTests.FindRoot(), made)} docs/openapi.json");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task Post_WrongContentType_IsAnsweredByTheApiAndNotByRouting(string contentType)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();

        var reply = await client.PostTextAsync("/mfa", "{}", contentType);

        Assert.Equal((415, "invalid_request"), (reply.Status, reply.Error));
        Assert.True(reply.Message.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("GET", "/mfa")]
    [InlineData("PUT", "/mfa")]
    [InlineData("GET", "/mfa/enroll")]
    [InlineData("POST", "/mfa/session")]
    [InlineData("DELETE", "/mfa/factors")]
    [InlineData("GET", "/mfa/factors/1/verify")]
    public async Task OtherVerb_Is405(string verb, string path)
    {
        await using var host = await TestHost.StartAsync();
        using var client = host.Client();

        var reply = await client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));

        Assert.Equal((405, ""), (reply.Status, reply.Body));
    }

    private static IEnumerable<(string Name, JsonObject Operation)> OperationsOf(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!.AsObject());

    private static async Task<JsonObject> ReadAsync()
    {
        await using var host = await TestHost.StartAsync(options =>
        {
            options.Mfa = mfa => mfa.AddUI();
            options.ServicesBefore = services => services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
            options.ServicesAfter = services => services.AddOpenApi(openApi =>
            {
                openApi.ShouldInclude = description => description.RelativePath?.StartsWith("mfa", StringComparison.Ordinal) == true;
                openApi.AddDocumentTransformer((document, _, _) =>
                {
                    document.Info = new OpenApiInfo { Title = "MfaMiddleware", Version = "1" };
                    document.Servers?.Clear();
                    return Task.CompletedTask;
                });
            });
            options.Endpoints = app => app.MapOpenApi();
        });
        using var client = host.Client();
        var reply = await client.GetAsync("/openapi/v1.json");
        Assert.Equal(200, reply.Status);
        return reply.Json;
    }
}
