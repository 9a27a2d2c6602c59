namespace MfaMiddleware.Interposition;

/// <summary>
/// Takes the body of a held response: the first 64 KB are kept, the rest is dropped, since nothing of it is delivered but a small JSON body.
/// An error page is the exception: it is delivered as the host wrote it, so beyond the bound it is passed on at once.
/// </summary>
/// <param name="isErrorPage">Whether what is written now is an error page.</param>
/// <param name="release">Gives the stream to the client, once and for all.</param>
internal sealed class HoldStream(Func<bool> isErrorPage, Func<Stream> release) : Stream
{
    public const int Capacity = 64 * 1024;

    private readonly MemoryStream _kept = new();
    private Stream? _released;

    /// <summary>Whether something was dropped: what is kept isn't whole.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Whether the next write goes to the client, after what was kept.</summary>
    public bool IsOpen { get; set; }

    public bool IsReleased => _released is not null;

    public ReadOnlyMemory<byte> Kept => _kept.GetBuffer().AsMemory(0, (int)_kept.Length);

    public override bool CanRead => false;

    public override bool CanSeek => _released is null;

    public override bool CanWrite => true;

    public override long Length => _kept.Length;

    /// <summary>The host's exception handlers set it to zero when they clear a response.</summary>
    public override long Position
    {
        get => _kept.Position;
        set => _kept.Position = value;
    }

    public override void SetLength(long value)
    {
        _kept.SetLength(value);
        Overflowed = false;
    }

    public override long Seek(long offset, SeekOrigin origin) => _kept.Seek(offset, origin);

    /// <summary>From now on the host writes to the client itself; what was kept goes out first.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_released is not null) return;
        _released = release();
        if (_kept.Length > 0) await _released.WriteAsync(Kept, cancellationToken);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (PassesOn(buffer.Length)) await ReleaseAsync(cancellationToken);
        if (_released is not null) await _released.WriteAsync(buffer, cancellationToken);
        else Keep(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (PassesOn(count))
        {
            _released = release();
            _released.Write(Kept.Span);
        }

        if (_released is not null) _released.Write(buffer, offset, count);
        else Keep(buffer.AsSpan(offset, count));
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _released is null ? Task.CompletedTask : _released.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _kept.Dispose();
        base.Dispose(disposing);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool PassesOn(int count) =>
        _released is null && count > 0 && (IsOpen || (!Fits(count) && !Overflowed && isErrorPage()));

    private bool Fits(int count) => _kept.Position + count <= Capacity;

    /// <summary>Once something was dropped, the rest is too: a body with a hole is nobody's.</summary>
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (!Overflowed && Fits(bytes.Length)) _kept.Write(bytes);
        else Overflowed = true;
    }
}
