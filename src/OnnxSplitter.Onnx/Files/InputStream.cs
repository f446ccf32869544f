namespace OnnxSplitter.Onnx.Files;

/// <summary>Reads an <see cref="InputFile"/> by position.</summary>
internal sealed class InputStream(InputFile file) : Stream
{
    private const int BufferLength = 1 << 16;

    private byte[] _buffer = [];
    private long _bufferStart;
    private int _bufferCount;
    private long _position;

    /// <summary>The file. Not this stream's to dispose.</summary>
    public InputFile File => file;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => file.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ModelFormatException">The system reports an error, or the file became shorter.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length > file.Length - _position) buffer = buffer[..(int)Math.Max(0, file.Length - _position)];
        if (buffer.Length == 0) return 0;
        var count = buffer.Length >= BufferLength ? ReadFile(buffer, _position) : ReadBuffered(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int ReadByte()
    {
        Span<byte> next = stackalloc byte[1];
        return Read(next) == 0 ? -1 : next[0];
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadBuffered(Span<byte> buffer)
    {
        if (_position < _bufferStart || _position >= _bufferStart + _bufferCount)
        {
            if (_buffer.Length == 0) _buffer = new byte[BufferLength];
            _bufferCount = 0;
            _bufferCount = ReadFile(_buffer.AsSpan(0, (int)Math.Min(BufferLength, file.Length - _position)), _position);
            _bufferStart = _position;
        }

        var start = (int)(_position - _bufferStart);
        var count = Math.Min(buffer.Length, _bufferCount - start);
        _buffer.AsSpan(start, count).CopyTo(buffer);
        return count;
    }

    private int ReadFile(Span<byte> buffer, long position)
    {
        int count;
        try
        {
            count = RandomAccess.Read(file.Handle, buffer, position);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException(
                $"{file.Path} can't be read: {e.Message}",
                "Check the disk, and that nothing else writes to the file.", e);
        }

        if (count == 0)
            throw new ModelFormatException(
                $"{file.Path} became shorter while it was read.", "Check that nothing else writes to it.");
        return count;
    }
}
