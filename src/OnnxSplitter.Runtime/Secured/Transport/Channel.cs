using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnnxSplitter.Runtime.Secured.Transport;

/// <summary>
/// Messages through a Unix domain socket, one at a time in each direction, with a descriptor beside them where one has
/// to be handed over.
/// </summary>
/// <remarks>
/// Each begins with 8 bytes, little endian: its body's length (4), its kind (2) and the protocol's version (2). Every
/// call ends by its deadline, whatever the other side does.
/// </remarks>
/// <param name="socket">Connected. Owned from here on.</param>
internal sealed unsafe class Channel(Socket socket) : IDisposable
{
    /// <summary>The protocol's version, which both sides must have.</summary>
    public const ushort Version = 1;

    private const int HeaderLength = 8;
    private const int LevelSocket = 1;
    private const int PeerCredentials = 17;
    private const int PassedLength = 20;
    private const int Truncated = 0x20 | 8;

    /// <summary>Who the other side was when it connected, or began to listen: process, user and group.</summary>
    public (int Process, uint User, uint Group) Peer
    {
        get
        {
            Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
            socket.GetRawSocketOption(LevelSocket, PeerCredentials, credentials);
            return (BinaryPrimitives.ReadInt32LittleEndian(credentials),
                BinaryPrimitives.ReadUInt32LittleEndian(credentials[sizeof(int)..]),
                BinaryPrimitives.ReadUInt32LittleEndian(credentials[(2 * sizeof(int))..]));
        }
    }

    /// <summary>Sends a message.</summary>
    /// <param name="frame">Its descriptor stays the caller's.</param>
    /// <param name="within">How long it may take.</param>
    /// <exception cref="ChannelException">It can't be sent, or not in time.</exception>
    public void Send(Frame frame, TimeSpan within)
    {
        var bytes = new byte[HeaderLength + frame.Body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, frame.Body.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), frame.Kind);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), Version);
        frame.Body.CopyTo(bytes, HeaderLength);
        var begun = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < bytes.Length;)
        {
            Wait(SystemCalls.Writable, begun, within);
            var descriptor = sent == 0 ? frame.Descriptor : null;
            sent += Move(bytes.AsSpan(sent), descriptor, out _, receive: false);
        }
    }

    /// <summary>Receives a message.</summary>
    /// <param name="longest">Bytes that its body may have.</param>
    /// <param name="first">How long its first byte may take; infinite for ever.</param>
    /// <param name="rest">How long the rest of it may.</param>
    /// <exception cref="ChannelException">There is none, it is no message, or too long.</exception>
    public Frame Receive(int longest, TimeSpan first, TimeSpan rest)
    {
        SafeFileHandle? descriptor = null;
        try
        {
            Wait(SystemCalls.Readable, Stopwatch.GetTimestamp(), first);
            var begun = Stopwatch.GetTimestamp();
            var header = new byte[HeaderLength];
            Fill(header, begun, rest, ref descriptor);
            var length = BinaryPrimitives.ReadInt32LittleEndian(header);
            var version = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(6));
            if (version != Version) throw ChannelException.Protocol($"version {version} instead of {Version}");
            if (length < 0 || length > longest) throw ChannelException.Protocol($"a message of {length} bytes");
            var body = new byte[length];
            Fill(body, begun, rest, ref descriptor);
            return new Frame(BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(4)), body, descriptor);
        }
        catch
        {
            descriptor?.Dispose();
            throw;
        }
    }

    /// <summary>Ends all calls, from whatever thread.</summary>
    public void Interrupt()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private void Fill(Span<byte> bytes, long begun, TimeSpan within, ref SafeFileHandle? descriptor)
    {
        for (var count = 0; count < bytes.Length;)
        {
            Wait(SystemCalls.Readable, begun, within);
            count += Move(bytes[count..], null, out var passed, receive: true);
            if (passed is null) continue;
            descriptor?.Dispose();
            descriptor = passed;
        }
    }

    private int Move(Span<byte> bytes, SafeFileHandle? descriptor, out SafeFileHandle? passed, bool receive)
    {
        passed = null;
        var control = new SystemCalls.Passed { Length = PassedLength, Level = 1, Kind = 1, Descriptor = -1 };
        var used = false;
        try
        {
            if (descriptor is not null)
            {
                descriptor.DangerousAddRef(ref used);
                control.Descriptor = (int)descriptor.DangerousGetHandle();
            }

            fixed (byte* start = bytes)
            {
                var buffer = new SystemCalls.Buffer { Address = (nint)start, Length = (nuint)bytes.Length };
                var message = new SystemCalls.Message { Buffers = (nint)(&buffer), BufferCount = 1 };
                if (receive || used)
                {
                    message.Control = (nint)(&control);
                    message.ControlLength = (nuint)sizeof(SystemCalls.Passed);
                }

                var count = receive
                    ? SystemCalls.Receive((int)socket.Handle, ref message, SystemCalls.AtOnce)
                    : SystemCalls.Send((int)socket.Handle, ref message, SystemCalls.AtOnce);
                if (receive && count >= 0) passed = Passed(message, control);
                if (count > 0) return (int)count;
                if (count < 0 && Marshal.GetLastPInvokeError() is SystemCalls.Interrupted or SystemCalls.WouldBlock)
                    return 0;
                throw ChannelException.Closed();
            }
        }
        finally
        {
            if (used) descriptor!.DangerousRelease();
        }
    }

    /// <summary>The descriptor that came; there is room for two, of which the second is closed at once.</summary>
    private static SafeFileHandle? Passed(in SystemCalls.Message message, in SystemCalls.Passed control)
    {
        if (message.ControlLength < PassedLength || control is not { Level: 1, Kind: 1 }) return null;
        var passed = new SafeFileHandle(control.Descriptor, ownsHandle: true);
        if (control.Length == PassedLength && (message.Flags & Truncated) == 0) return passed;
        passed.Dispose();
        if (control.Length > PassedLength) new SafeFileHandle(control.Padding, ownsHandle: true).Dispose();
        throw ChannelException.Protocol("more beside a message than belongs there");
    }

    private void Wait(short what, long begun, TimeSpan within)
    {
        while (true)
        {
            var left = within == Timeout.InfiniteTimeSpan ? -1
                : (int)Math.Min(int.MaxValue, (within - Stopwatch.GetElapsedTime(begun)).TotalMilliseconds + 1);
            if (left < 0 && within != Timeout.InfiniteTimeSpan) throw ChannelException.TimedOut();
            var watched = new SystemCalls.Watched { Descriptor = (int)socket.Handle, Wanted = what };
            var count = SystemCalls.Poll(ref watched, 1, left);
            if (count > 0) return;
            if (count < 0 && Marshal.GetLastPInvokeError() != SystemCalls.Interrupted) throw ChannelException.Closed();
        }
    }
}
