using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Runtime.Secured.Transport;

/// <summary>
/// Memory that two processes share, for tensors: a file without a name (<c>memfd_create</c>), whose length is sealed,
/// so that neither side can cut it off under the other.
/// </summary>
/// <remarks>
/// Whatever lies there the other side can change at any time: it is copied before it is looked at. .NET's
/// <c>MemoryMappedFile</c> would do but for a process whose memory is locked, where its views throw when they are
/// disposed: the system invalidates no locked pages (<c>msync</c>, EBUSY).
/// </remarks>
internal sealed unsafe class SharedArena : IDisposable
{
    private const uint CloseOnExecute = 1;
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033;
    private const int GetSeals = 1034;
    private const int LengthSealed = 2 | 4;
    private const int AllSealed = LengthSealed | 1;

    private nint _start;

    private SharedArena(SafeFileHandle handle, long length)
    {
        (Handle, Length) = (handle, length);
        _start = SystemCalls.Map(0, checked((nuint)length), SystemCalls.ReadWrite, SystemCalls.Shared, handle, 0);
        if (_start == -1) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>The file without a name.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Makes one.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static SharedArena Create(long length)
    {
        var handle = SystemCalls.CreateMemory("onnxsplit", CloseOnExecute | AllowSealing);
        try
        {
            if (handle.IsInvalid || SystemCalls.SetLength(handle, length) != 0
                || SystemCalls.Control(handle, AddSeals, AllSealed) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            return new SharedArena(handle, length);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Takes what the other side has made.</summary>
    /// <param name="handle">Owned from here on.</param>
    /// <param name="length">How long it has to be.</param>
    /// <exception cref="ChannelException">It is shorter, or can still become so.</exception>
    public static SharedArena Of(SafeFileHandle handle, long length)
    {
        try
        {
            if (length <= 0 || (SystemCalls.Control(handle, GetSeals, 0) & LengthSealed) != LengthSealed
                || RandomAccess.GetLength(handle) < length)
                throw ChannelException.Protocol("shared memory that is not sealed, or too short");
            return new SharedArena(handle, length);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The bytes at a place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside.</exception>
    public Span<byte> Bytes(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length - offset);
        ObjectDisposedException.ThrowIf(_start == 0, this);
        return new Span<byte>((byte*)_start + offset, checked((int)length));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_start != 0) _ = SystemCalls.Unmap(_start, (nuint)Length);
        _start = 0;
        Handle.Dispose();
    }
}
