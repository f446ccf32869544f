using System.Buffers.Binary;
using System.Net.Sockets;
using OnnxSplitter.Benchmarks.Measuring;
using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.Tests.Secured;

/// <summary>What a host can do to a trusted process, and to the other hosts: nothing.</summary>
public sealed class HostileHostTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TrustedProcess _process = new("--arena", "4", "--memory", "32");

    public void Dispose() => _process.Dispose();

    /// <summary>Headers: length, kind, version.</summary>
    public static TheoryData<int, ushort, ushort> Headers { get; } = new()
    {
        { 8, 1, 2 },
        { -1, 1, 1 },
        { int.MaxValue, 1, 1 },
        { Bodies.Longest + 1, 1, 1 },
        { 0, 1, 1 },
        { 8, 5, 1 },
        { 8, 0xFFFF, 1 },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_first_message_that_is_none_ends_the_connection_and_no_other(int length, ushort kind, ushort version)
    {
        using var other = _process.Connect();
        using var socket = Open();
        var header = new byte[8 + Math.Clamp(length, 0, 100)];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), kind);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), version);
        socket.Send(header);
        Assert.True(HasEnded(socket));
        Assert.NotEmpty(TrustedProcess.Run(other, TrustedProcess.Noise(1, 1), 1));
    }

    [Fact]
    public void A_host_that_says_half_a_message_is_dropped_in_seconds()
    {
        using var socket = Open();
        socket.Send([8, 0, 0, 0]);
        Assert.True(HasEnded(socket));
    }

    /// <summary>Places of the only input: dimensions, where it lies, and how long it is said to be.</summary>
    public static TheoryData<long[], long, long> Places { get; } = new()
    {
        { [1, 1, 28, 28], -64, 3136 },
        { [1, 1, 28, 28], (1 << 20) - 64, 3136 },
        { [1, 1, 28, 28], long.MaxValue, 3136 },
        { [1, 1, 28, 28], 0, 3135 },
        { [1, 1, 28, 28], 0, -1 },
        { [-1, 1, 28, 28], 0, 3136 },
        { [1L << 62, 1, 28, 28], 0, 3136 },
        { [1L << 60, 1, 28, 28], 0, 0 },
        { [1, 1, 28, 29], 0, 3248 },
        { [1, 28, 28], 0, 3136 },
        { [], 0, 4 },
        { [100_000, 1, 28, 28], 0, 313_600_000 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void An_input_that_lies_elsewhere_is_refused_and_a_right_one_served(long[] dims, long offset, long length)
    {
        using var connection = HostConnection.Open(_process.Endpoint.Path, null, Long);
        Assert.Equal(FailureCode.Request, Assert.Throws<FailedException>(
            () => connection.Run([new TensorPlace(0, dims, offset, length)], [0], Long)).Code);
        var (outputs, _) = connection.Run([new TensorPlace(0, [1, 1, 28, 28], 0, 3136)], [0], Long);
        Assert.Equal([1, 10], outputs.Single().Dims);
    }

    [Fact]
    public void Inputs_that_come_twice_or_are_none_and_outputs_that_are_none_are_refused()
    {
        using var connection = HostConnection.Open(_process.Endpoint.Path, null, Long);
        var right = new TensorPlace(0, [1, 1, 28, 28], 0, 3136);
        foreach (var (inputs, outputs) in new (TensorPlace[], int[])[]
        {
            ([right, right], [0]), ([], [0]), ([right with { Index = 1 }], [0]), ([right], [1]), ([right], []),
        })
            Assert.Equal(FailureCode.Request,
                Assert.Throws<FailedException>(() => connection.Run(inputs, outputs, Long)).Code);
    }

    [Fact]
    public void More_memory_than_a_host_may_share_is_refused()
    {
        using var connection = HostConnection.Open(_process.Endpoint.Path, null, Long);
        foreach (var length in new[] { (4L << 20) + 1, long.MaxValue })
            Assert.Equal(FailureCode.TooLarge,
                Assert.Throws<FailedException>(() => connection.Room(length)).Code);
        Assert.Equal(4L << 20, connection.Room(4L << 20).Length);
    }

    [Fact]
    public void A_run_that_would_take_more_than_runs_may_fails_and_the_next_is_served()
    {
        using var connection = HostConnection.Open(_process.Endpoint.Path, null, Long);
        connection.Room(4 << 20);
        Assert.Equal(FailureCode.TooLarge, Assert.Throws<FailedException>(
            () => connection.Run([new TensorPlace(0, [1300, 1, 28, 28], 0, 1300 * 3136)], [0], Long)).Code);
        var (outputs, _) = connection.Run([new TensorPlace(0, [1, 1, 28, 28], 0, 3136)], [0], Long);
        Assert.Equal([1, 10], outputs.Single().Dims);
    }

    [Fact]
    public async Task Memory_that_changes_during_runs_harms_nobody_else()
    {
        using var other = _process.Connect();
        var image = TrustedProcess.Noise(5, 4);
        var expected = _process.Expected(image, 4);
        using var connection = HostConnection.Open(_process.Endpoint.Path, null, Long);
        var arena = connection.Room(1 << 20);
        using var stop = new CancellationTokenSource();
        var scribbler = Task.Run(() =>
        {
            var random = new Random(3);
            while (!stop.IsCancellationRequested) random.NextBytes(arena.Bytes(0, 1 << 16));
        });
        for (var i = 0; i < 50; i++)
        {
            connection.Run([new TensorPlace(0, [4, 1, 28, 28], 0, 4 * 3136)], [0], Long);
            if (i % 10 == 0) Assert.Equal(expected, TrustedProcess.Run(other, image, 4));
        }

        await stop.CancelAsync();
        await scribbler;
    }

    [Fact]
    public void Values_that_are_no_numbers_come_back_as_such_and_leave_nothing_behind()
    {
        using var model = _process.Connect();
        var image = TrustedProcess.Noise(1, 1);
        var expected = _process.Expected(image, 1);
        Assert.All(TrustedProcess.Run(model, [.. image.Select(_ => float.NaN)], 1),
            value => Assert.False(float.IsFinite(value)));
        Assert.Equal(expected, TrustedProcess.Run(model, image, 1));
    }

    [Fact]
    public void Thousands_of_small_requests_and_of_connections_take_no_more_memory()
    {
        Ask(2000);
        var before = Resident();
        Ask(6000);
        Assert.True(Resident() - before < 32 << 20, $"{before} to {Resident()} bytes");

        void Ask(int count)
        {
            for (var i = 0; i < count / 100; i++)
            {
                using var connection = HostConnection.Open(_process.Endpoint.Path, null, Long);
                for (var j = 0; j < 100; j++)
                    Assert.Throws<FailedException>(() => connection.Run([], [0], Long));
            }
        }

        long Resident() => MeasuredProcess.PrivateOf(_process.Id);
    }

    /// <summary>Whether the other side closes it, with what it has not read or without.</summary>
    private static bool HasEnded(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private Socket Open()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Long.TotalMilliseconds,
        };
        socket.Connect(new UnixDomainSocketEndPoint(_process.Endpoint.Path));
        return socket;
    }
}
