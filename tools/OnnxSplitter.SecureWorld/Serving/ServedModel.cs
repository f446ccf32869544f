using Microsoft.ML.OnnxRuntime;
using OnnxSplitter.Hosting;
using OnnxSplitter.Runtime.Secured;

namespace OnnxSplitter.SecureWorld.Serving;

/// <summary>
/// What of the restored model hosts may run: one part, or one for each corrected layer. Several threads may use it at a
/// time.
/// </summary>
internal sealed class ServedModel : IDisposable
{
    private readonly IReadOnlyList<ServedPart> _parts;

    private ServedModel(IReadOnlyList<ServedPart> parts, ModelDescription description) =>
        (_parts, Description) = (parts, description);

    /// <summary>What hosts are told of it.</summary>
    public ModelDescription Description { get; }

    /// <summary>Takes a session.</summary>
    /// <param name="session">Over the restored model. Owned from here on.</param>
    /// <param name="sha256">Of the obfuscated model.</param>
    /// <param name="mode">Whether it is the whole, or what comes from the first changed layer on.</param>
    /// <exception cref="UsageException">Its inputs or outputs can't be shared.</exception>
    public static ServedModel Of(InferenceSession session, byte[] sha256, SecuredMode mode = SecuredMode.Whole)
    {
        try
        {
            var part = new ServedPart(session);
            return Of([part], new ModelDescription(mode, sha256, part.Inputs, part.Outputs));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Takes sessions of corrected layers, each of one input and one output.</summary>
    /// <param name="sessions">Owned from here on.</param>
    /// <param name="layers">What each is for.</param>
    /// <param name="sha256">As above.</param>
    /// <exception cref="UsageException">There are too many.</exception>
    public static ServedModel Of(
        IReadOnlyList<InferenceSession> sessions, IReadOnlyList<CorrectedLayer> layers, byte[] sha256)
    {
        try
        {
            ServedPart[] parts =
                [.. sessions.Zip(layers).Select((pair, i) => new ServedPart(pair.First, pair.Second.Output, i))];
            if (parts.Length > Bodies.MostTensors)
                throw new UsageException(
                    $"{parts.Length} layers were changed; {Bodies.MostTensors} can be corrected.",
                    ModelCorrections.Remedy);
            return Of(parts, new ModelDescription(SecuredMode.Corrections, sha256,
                [.. parts.Select(part => part.Inputs[0])], [.. parts.Select(part => part.Outputs[0])])
            {
                Layers = layers,
            });
        }
        catch
        {
            foreach (var session in sessions) session.Dispose();
            throw;
        }
    }

    /// <summary>What a run is of: the part that has its first input.</summary>
    /// <param name="places">The run's inputs.</param>
    public ServedPart PartOf(IReadOnlyList<TensorPlace> places) =>
        _parts.FirstOrDefault(part => places.Count > 0 && part.Takes(places[0].Index)) ?? _parts[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var part in _parts) part.Dispose();
    }

    private static ServedModel Of(IReadOnlyList<ServedPart> parts, ModelDescription description) =>
        Bodies.Welcome(description, 0).Length <= Bodies.LongestWelcome ? new ServedModel(parts, description)
            : throw new UsageException("The model's inputs and outputs have too many or too long names.",
                "Name fewer outputs when it is exported.");
}
