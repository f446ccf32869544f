using System.Security.Cryptography;
using OnnxSplitter.Runtime;

namespace OnnxSplitter.Native;

/// <summary>A file as the caller gives it: by its path, or by its content.</summary>
internal readonly unsafe struct GivenFile
{
    private readonly string? _path;
    private readonly byte* _bytes;
    private readonly int _length;
    private readonly string _field;

    /// <param name="source">What the caller has filled in.</param>
    /// <param name="field">What to call it in messages.</param>
    /// <exception cref="BadArgumentException">Not one of both, or no length that can be.</exception>
    public GivenFile(NativeSource source, string field)
    {
        _field = field;
        if ((source.Path == null) == (source.Bytes == null))
            throw new BadArgumentException(
                $"Of {field}, {(source.Path is null ? "neither path nor bytes" : "both path and bytes")} are given.",
                "Give one of them, and leave the other NULL.");
        if (source.Path is not null)
        {
            _path = NativeText.ReadString(source.Path, $"{field}.path");
            if (source.Length != 0 || _path!.Length == 0)
                throw new BadArgumentException(
                    $"{field}.path is empty, or has a length beside it.", "Give a path, and length 0.");
            return;
        }

        if (source.Length is 0 || source.Length > (nuint)Array.MaxLength)
            throw new BadArgumentException(
                $"{field}.length is {source.Length}, and may be 1 to {Array.MaxLength}.", "Give the length of bytes.");
        _bytes = source.Bytes;
        _length = (int)source.Length;
    }

    /// <summary>The file for what reads it once, before the call returns.</summary>
    public FileSource Source =>
        _path is not null ? FileSource.File(_path) : FileSource.From(new UnmanagedMemoryStream(_bytes, _length));

    /// <summary>Reads a key or a certificate.</summary>
    /// <param name="load">Reads it by its path.</param>
    /// <param name="parse">Reads its content, which it may not keep, by a name for messages.</param>
    public T Read<T>(Func<string, T> load, Func<byte[], string, T> parse)
    {
        if (_path is not null) return load(_path);
        var content = new ReadOnlySpan<byte>(_bytes, _length).ToArray();
        try
        {
            return parse(content, $"The {_field} in memory");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
