using System.Security.Cryptography;

namespace OnnxSplitter.Onnx.Files;

/// <summary>Takes the SHA-256 of pieces in their order, by a thread of its own, while others finish them.</summary>
internal sealed class OrderedHash : IDisposable
{
    private readonly bool[] _finished;
    private readonly PieceAt _piece;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _news = new(0);
    private Task<byte[]> _task = Task.FromResult(Array.Empty<byte>());
    private bool _over;

    private OrderedHash(int count, PieceAt piece) => (_finished, _piece) = (new bool[count], piece);

    /// <summary>The bytes of a piece.</summary>
    public delegate ReadOnlySpan<byte> PieceAt(int index);

    /// <summary>Begins.</summary>
    /// <param name="count">How many pieces; 0 takes no digest.</param>
    /// <param name="piece">Gives those that are finished.</param>
    public static OrderedHash Start(int count, PieceAt piece)
    {
        var hash = new OrderedHash(count, piece);
        if (count > 0)
            hash._task = Task.Factory.StartNew(
                hash.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return hash;
    }

    /// <summary>Says that a piece can be hashed.</summary>
    public void Finish(int index)
    {
        if (index >= _finished.Length) return;
        lock (_lock) _finished[index] = true;
        _news.Release();
    }

    /// <summary>Ends, once no piece is read any more.</summary>
    public void Dispose()
    {
        lock (_lock) _over = true;
        _news.Release();
        _task.Wait();
        _news.Dispose();
    }

    /// <summary>Waits for the digest of all pieces.</summary>
    public byte[] Result() => _task.GetAwaiter().GetResult();

    private byte[] Run()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < _finished.Length; i++)
        {
            while (!IsFinished(i, out var over))
            {
                if (over) return [];
                _news.Wait();
            }

            hash.AppendData(_piece(i));
        }

        return hash.GetHashAndReset();
    }

    private bool IsFinished(int index, out bool over)
    {
        lock (_lock)
        {
            over = _over;
            return _finished[index];
        }
    }
}
