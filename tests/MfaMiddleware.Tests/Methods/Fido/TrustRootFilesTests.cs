using MfaMiddleware.Methods.Fido.Attestation;
using Xunit;

namespace MfaMiddleware.Tests.Methods.Fido;

public sealed class TrustRootFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void PemAndDer_AreLoaded()
    {
        using var first = TestRoots.Make("CN=First");
        using var second = TestRoots.Make("CN=Second");
        var pem = Write("roots.pem", System.Text.Encoding.UTF8.GetBytes($"# two\n{first.ExportCertificatePem()}\n{second.ExportCertificatePem()}\n"));
        var der = Write("root.der", first.RawData);

        var loaded = TrustRootFiles.Load([pem, der]);

        Assert.Equal([first.Thumbprint, second.Thumbprint, first.Thumbprint], loaded.Select(c => c.Thumbprint));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void FileWithoutCertificate_IsNamed(string content)
    {
        var path = Write("wrong.pem", System.Text.Encoding.UTF8.GetBytes(content));

        Assert.Contains(path, Assert.Throws<InvalidOperationException>(() => TrustRootFiles.Load([path])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        var path = Path.Combine(_folder.FullName, "missing.pem");

        Assert.Contains(path, Assert.Throws<InvalidOperationException>(() => TrustRootFiles.Load([path])).Message, StringComparison.Ordinal);
    }

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
