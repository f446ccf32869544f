using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Onnx.External;
using OnnxSplitter.Onnx.Files;
using OnnxSplitter.Onnx.Structure;
using OnnxSplitter.Onnx.Weights;
using OnnxSplitter.Onnx.Wire;

namespace OnnxSplitter.Onnx.Models;

/// <summary>
/// Moves patched tensors out of data files into the <c>.onnx</c> file, byte by byte, for a model in memory.
/// </summary>
/// <remarks>
/// The model is not parsed: that would leave its weights in memory that nobody can zero. Values lie in arrays that the
/// garbage collector never moves, and <see cref="Dispose"/> zeroes them.
/// </remarks>
public sealed class ModelInlining : IDisposable
{
    // Room for the structure in a message of 2 GB.
    private const long MostInline = int.MaxValue - (256L << 20);

    private readonly byte[] _model;
    private readonly List<EnclosingMessage> _messages = [];
    private readonly List<ExternalTensor> _tensors = [];
    private readonly WireReader _reader;
    private long _inlined;

    /// <summary>Looks for the tensors that lie in data files.</summary>
    /// <param name="model">
    /// The <c>.onnx</c> file. Still the caller's, and not to be changed while this object is used.
    /// </param>
    /// <exception cref="ModelFormatException">It is no ONNX model.</exception>
    public ModelInlining(byte[] model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        using var stream = new MemoryStream(model, writable: false);
        _reader = new WireReader(stream);
        Walk(MessageKind.Model, model.Length, enclosing: null);
    }

    /// <summary>Puts those tensors of a data file into the model that patches touch, patches applied.</summary>
    /// <param name="name">Name of the data file.</param>
    /// <param name="file">The data file.</param>
    /// <param name="patches">Ascending, without overlaps. Still the caller's.</param>
    /// <exception cref="OverflowException">The tensors are too large for a model in memory.</exception>
    /// <exception cref="ModelFormatException">The file can't be read.</exception>
    public void Add(string name, Stream file, IReadOnlyList<BytePatch> patches)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(patches);
        foreach (var tensor in _tensors)
        {
            if (!ExternalData.IsIn(tensor.Message, name)) continue;
            var (offset, length) = ExternalData.RangeIn(tensor.Message, file.Length);
            BytePatch[] own =
            [
                .. patches.Where(patch => patch.Offset < offset + length && patch.Offset + patch.Bytes.Length > offset),
            ];
            if (own.Length == 0) continue;
            Read(tensor, file, offset, length);
            foreach (var patch in own)
            {
                // Tensors may overlap, so a patch of another one may reach into this one.
                var from = (int)Math.Max(0, offset - patch.Offset);
                var to = (int)Math.Min(patch.Bytes.Length, offset + length - patch.Offset);
                patch.Bytes.AsSpan(from..to).CopyTo(tensor.Values.AsSpan((int)(patch.Offset + from - offset)));
            }
        }
    }

    /// <summary>Puts those tensors of a data file into the model that a change touches, as they become.</summary>
    /// <param name="name">Name of the data file.</param>
    /// <param name="file">The data file as it is.</param>
    /// <param name="change">What becomes of it.</param>
    /// <exception cref="OverflowException">The tensors are too large for a model in memory.</exception>
    /// <exception cref="ModelFormatException">The file can't be read.</exception>
    public void Add(string name, Stream file, IPieceChange change)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(change);
        using var changed = new ChangedView(file, change);
        foreach (var tensor in _tensors)
        {
            if (!ExternalData.IsIn(tensor.Message, name)) continue;
            var (offset, length) = ExternalData.RangeIn(tensor.Message, file.Length);
            if (change.Touched.Any(place => place.Start < offset + length && place.Start + place.Length > offset))
                Read(tensor, changed, offset, length);
        }
    }

    /// <summary>Puts those tensors of a data file into the model that are no initializers of its main graph.</summary>
    /// <remarks>
    /// ONNX Runtime (1.31) takes the main graph's initializers from data files in memory; what lies in a branch, a
    /// sparse tensor, a function or an attribute it reads from the disk all the same.
    /// </remarks>
    /// <param name="name">Name of the data file.</param>
    /// <param name="file">The data file as it is to be used.</param>
    /// <returns>Whether there are any.</returns>
    /// <exception cref="OverflowException">The tensors are too large for a model in memory.</exception>
    /// <exception cref="ModelFormatException">The file can't be read.</exception>
    public bool AddNested(string name, Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var any = false;
        foreach (var tensor in _tensors)
        {
            if (tensor.IsMainInitializer || !ExternalData.IsIn(tensor.Message, name)) continue;
            var (offset, length) = ExternalData.RangeIn(tensor.Message, file.Length);
            Read(tensor, file, offset, length);
            any = true;
        }

        return any;
    }

    /// <summary>The model with the tensors in it.</summary>
    /// <returns>An array that the garbage collector never moves. The caller zeroes it after use.</returns>
    /// <exception cref="OverflowException">It is larger than an array can be.</exception>
    public byte[] ToArray()
    {
        var splices = new List<Splice>();
        foreach (var message in _messages) message.Growth = 0;
        foreach (var tensor in _tensors.Where(tensor => tensor.Values is not null))
        {
            var header = tensor.Header();
            splices.AddRange(tensor.Removed.Select(field => new Splice(field.Start, field.Length, [])));
            splices.Add(new Splice(tensor.End, 0, header));
            splices.Add(new Splice(tensor.End, 0, tensor.Values!));
            tensor.Enclosing.Growth += header.Length + tensor.Values!.LongLength
                - tensor.Removed.Sum(field => field.Length);
            tensor.Enclosing.IsChanged = true;
        }

        // Inner messages come after those that they lie in.
        foreach (var message in Enumerable.Reverse(_messages).Where(message => message.IsChanged))
        {
            var length = Varints.Bytes((ulong)(message.Length + message.Growth));
            splices.Add(new Splice(message.LengthStart, message.LengthLength, length));
            if (message.Enclosing is not { } outer) continue;
            outer.Growth += message.Growth + length.Length - message.LengthLength;
            outer.IsChanged = true;
        }

        return Apply([.. splices.OrderBy(splice => splice.Start)]);
    }

    /// <summary>Zeroes the values that were added.</summary>
    public void Dispose()
    {
        foreach (var tensor in _tensors) CryptographicOperations.ZeroMemory(tensor.Values);
    }

    private void Read(ExternalTensor tensor, Stream file, long offset, long length)
    {
        if ((_inlined += length) > MostInline) throw new OverflowException();
        tensor.Values = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
        file.Position = offset;
        file.ReadExactly(tensor.Values);
    }

    private byte[] Apply(Splice[] splices)
    {
        var length = _model.LongLength + splices.Sum(splice => splice.Bytes.LongLength - splice.Length);
        if (length > Array.MaxLength) throw new OverflowException();
        var whole = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
        var (from, to) = (0, 0);
        foreach (var splice in splices)
        {
            Copy(_model.AsSpan(from..(int)splice.Start));
            Copy(splice.Bytes);
            from = (int)(splice.Start + splice.Length);
        }

        Copy(_model.AsSpan(from));
        return whole;

        void Copy(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(whole.AsSpan(to));
            to += bytes.Length;
        }
    }

    private void Walk(MessageKind kind, long end, EnclosingMessage? enclosing)
    {
        while (_reader.Position < end)
        {
            var (field, type) = _reader.ReadTag(end);
            if (type != WireFormat.WireType.LengthDelimited)
            {
                _reader.Skip(type, end);
                continue;
            }

            var lengthStart = _reader.Position;
            var inner = _reader.ReadEnd(end);
            if (MessageKinds.Child(kind, field) is not { } child)
            {
                _reader.Seek(inner);
                continue;
            }

            var start = _reader.Position;
            var message = new EnclosingMessage(lengthStart, (int)(start - lengthStart), inner - start, enclosing);
            _messages.Add(message);
            if (child == MessageKind.Tensor) Tensor(start, inner, message);
            else Walk(child, inner, message);
        }
    }

    private void Tensor(long start, long end, EnclosingMessage message)
    {
        var external = false;
        var removed = new List<(long Start, long Length)>();
        while (_reader.Position < end)
        {
            var fieldStart = _reader.Position;
            var (field, type) = _reader.ReadTag(end);
            if (field == TensorFields.DataLocation && type == WireFormat.WireType.Varint)
                external = _reader.ReadVarint(end) == (ulong)TensorProto.Types.DataLocation.External;
            else _reader.Skip(type, end);
            if (field is TensorFields.DataLocation or TensorFields.ExternalData)
                removed.Add((fieldStart, _reader.Position - fieldStart));
        }

        // What lies elsewhere has no values here, so that this leaves none in memory.
        if (!external) return;
        var tensor = TensorProto.Parser.ParseFrom(_model, (int)start, (int)(end - start));
        _tensors.Add(new ExternalTensor(tensor, end, removed, message));
    }

    private sealed record Splice(long Start, long Length, byte[] Bytes);
}
