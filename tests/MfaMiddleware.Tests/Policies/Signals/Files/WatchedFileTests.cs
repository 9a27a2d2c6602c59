using System.Text;
using MfaMiddleware.Policies.Signals.Files;
using Xunit;

namespace MfaMiddleware.Tests.Policies.Signals.Files;

public sealed class WatchedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _reads;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReplacedFile_IsReadAfterTheInterval()
    {
        var file = Open("one");
        _folder.Write("list", "two");

        _folder.Clock.Advance(WatchedFile<string>.Interval - TimeSpan.FromTicks(1));
        Assert.Equal("one", await Look(file));
        _folder.Clock.Advance(TimeSpan.FromTicks(1));

        // The use that sets the look off doesn't wait for it.
        Assert.Equal("two", await Look(file));
        Assert.Equal(2, _reads);
    }

    [Fact]
    public async Task FileOfTheSameLength_IsNewByItsTime()
    {
        var file = Open("one");
        _folder.Write("list", "two");

        Assert.Equal("two", await LookLater(file));
    }

    [Fact]
    public async Task UnchangedFile_IsNotReadAgain()
    {
        var file = Open("one");

        await LookLater(file);
        await LookLater(file);

        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task BadFile_KeepsTheOldOneAndIsToldOnce()
    {
        var file = Open("one");
        _folder.Write("list", "bad");

        Assert.Equal("one", await LookLater(file));
        Assert.Equal("one", await LookLater(file));
        Assert.Contains("'bad'", Assert.Single(_folder.Log.Errors), StringComparison.Ordinal);

        _folder.Write("list", "good");
        Assert.Equal("good", await LookLater(file));
    }

    [Fact]
    public async Task FileThatIsGone_KeepsTheOldOneIsToldOnceAndComesBack()
    {
        var file = Open("one");
        File.Delete(_folder.PathOf("list"));

        Assert.Equal("one", await LookLater(file));
        Assert.Equal("one", await LookLater(file));
        Assert.Contains(_folder.PathOf("list"), Assert.Single(_folder.Log.Errors), StringComparison.Ordinal);

        _folder.Write("list", "back");
        Assert.Equal("back", await LookLater(file));
    }

    [Fact]
    public async Task FileThatIsWrittenToWhileItIsRead_IsLeftForTheNextLook()
    {
        var file = Open("one");
        _folder.Write("list", "half");

        Assert.Equal("one", await LookLater(file));
        Assert.Empty(_folder.Log.Errors);
        Assert.Equal("half a line and the rest of it", await LookLater(file));
    }

    [Fact]
    public async Task LinkThatLeadsElsewhere_IsAnotherFile()
    {
        _folder.Write("first", "one");
        _folder.Write("second", "two");
        File.CreateSymbolicLink(_folder.PathOf("list"), _folder.PathOf("first"));
        var file = _folder.Files(Read).Open("list");
        Assert.Equal("one", file.Current);

        File.Delete(_folder.PathOf("list"));
        File.CreateSymbolicLink(_folder.PathOf("list"), _folder.PathOf("second"));

        Assert.Equal("two", await LookLater(file));
    }

    [Fact]
    public async Task UsesAtOnce_SetOneLookOff()
    {
        var file = Open("one");
        _folder.Write("list", "two");
        _folder.Clock.Advance(WatchedFile<string>.Interval);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => file.Current)));

        Assert.Equal("two", await Look(file));
        Assert.Equal(2, _reads);
    }

    [Fact]
    public void FileThatTheSettingsDropped_IsForgotten()
    {
        _folder.Write("list", "one");
        var files = _folder.Files(Read);
        var first = files.Open("list");
        Assert.Same(first, files.Open(Path.Combine(".", "list")));

        files.KeepOnly([]);

        Assert.NotSame(first, files.Open("list"));
    }

    private WatchedFile<string> Open(string text)
    {
        _folder.Write("list", text);
        return _folder.Files(Read).Open("list");
    }

    private string Read(FileStream file)
    {
        Interlocked.Increment(ref _reads);
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        var text = reader.ReadToEnd();
        if (text == "half") File.AppendAllText(file.Name, " a line and the rest of it");
        return text != "bad" ? text : throw new FileFormatException(file.Name, 1, $"'{text}'");
    }

    private Task<string> LookLater(WatchedFile<string> file)
    {
        _folder.Clock.Advance(WatchedFile<string>.Interval);
        return Look(file);
    }

    private static async Task<string> Look(WatchedFile<string> file)
    {
        _ = file.Current;
        await file.Look;
        return file.Current;
    }
}
