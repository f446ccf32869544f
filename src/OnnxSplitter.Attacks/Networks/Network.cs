using OnnxSplitter.Data;
using OnnxSplitter.Gradients.Rewriting;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Protection.Options;
using OnnxSplitter.Protection.Search;

namespace OnnxSplitter.Attacks.Networks;

/// <summary>
/// A model as a thief sees it: a graph that he can run with any values for its tensors, and differentiate.
/// </summary>
internal sealed class Network
{
    // Values, gradients and an optimiser's state are held as floats, some times over.
    private const long MostBytes = 1L << 30;

    /// <summary>Reads a model.</summary>
    /// <param name="file">The model. Still the caller's.</param>
    /// <param name="signature">Its inputs and output.</param>
    /// <param name="data">Examples for it.</param>
    /// <param name="sessions">Opens sessions.</param>
    /// <exception cref="ModelFormatException">It is too large to be trained here, or can't be brought into a form
    /// that is.</exception>
    public Network(ModelFile file, ModelSignature signature, Dataset data, Sessions sessions)
    {
        if (file.TotalLength > MostBytes)
            throw new ModelFormatException(
                $"{file.FilePath} has {file.TotalLength >> 20} MB; attacks train models of at most "
                + $"{MostBytes >> 20} MB.",
                "Try a smaller model of the same architecture: what holds there is a hint for the larger one.");
        (File, Signature) = (file, signature);
        Model = new SearchModel(file, TensorFilter.None, signature, data, sessions);
        Places = NormalizedPlaces.In(Model.Proto.Graph);
        var means = Places.Select(place => place.Mean).ToHashSet(StringComparer.Ordinal);
        Tensors =
        [
            .. Model.Tensors.Where(tensor => !tensor.Type.IsInteger && !means.Contains(tensor.Path))
                .Select(tensor => new NetworkTensor(tensor.Path, tensor.Dims, tensor)),
        ];
        if (Tensors.Count == 0)
            throw new ModelFormatException(
                $"{file.FilePath} holds its weights as integers; attacks train floats.",
                "Attack the model before it is quantised, protected the same way.");
    }

    /// <summary>The file.</summary>
    public ModelFile File { get; }

    /// <summary>Inputs and output.</summary>
    public ModelSignature Signature { get; }

    /// <summary>The graph, and the values that the file holds.</summary>
    public SearchModel Model { get; }

    /// <summary>Tensors that can be changed, in graph order; means and variances of normalisations are not.</summary>
    public IReadOnlyList<NetworkTensor> Tensors { get; }

    /// <summary>The same by path.</summary>
    public IReadOnlyDictionary<string, NetworkTensor> ByPath =>
        field ??= Tensors.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);

    /// <summary>Where channels are normalised, or were before that was folded away.</summary>
    public IReadOnlyList<NormalizedPlace> Places { get; }

    /// <summary>The file's values.</summary>
    public Parameters Read() => new(Tensors.ToDictionary(
        tensor => tensor.Path, tensor => Model.Values(tensor.Path).ToArray(), StringComparer.Ordinal));

    /// <summary>
    /// The values that another model has for the same tensors; this one's where it has none of the shape.
    /// </summary>
    /// <param name="other">A model of the same architecture.</param>
    /// <param name="matched">How many tensors it has.</param>
    public Parameters ReadFrom(Network other, out int matched)
    {
        var pairs = Match(other);
        matched = pairs.Count;
        return Read().With((path, values) => pairs.TryGetValue(path, out var theirs)
            ? other.Model.Values(theirs).ToArray() : values);
    }

    /// <summary>Paths of the tensors that another model has too.</summary>
    public IReadOnlySet<string> PathsIn(Network other) => Match(other).Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Tensors of another model by this one's paths: of the same path and shape, or, where exporters gave other names,
    /// of the same place and shape.
    /// </summary>
    private Dictionary<string, string> Match(Network other)
    {
        var byPath = other.Tensors.ToDictionary(tensor => tensor.Path, StringComparer.Ordinal);
        var matched = Tensors.Where(tensor => byPath.TryGetValue(tensor.Path, out var one)
            && one.Dims.SequenceEqual(tensor.Dims)).ToDictionary(tensor => tensor.Path, tensor => tensor.Path,
            StringComparer.Ordinal);
        if (matched.Count * 2 > Tensors.Count || other.Tensors.Count != Tensors.Count) return matched;
        return Tensors.Zip(other.Tensors).Where(pair => pair.First.Dims.SequenceEqual(pair.Second.Dims))
            .ToDictionary(pair => pair.First.Path, pair => pair.Second.Path, StringComparer.Ordinal);
    }
}
