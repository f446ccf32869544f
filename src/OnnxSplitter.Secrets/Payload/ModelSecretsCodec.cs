using System.Security.Cryptography;
using Google.Protobuf;
using Onnx;
using OnnxSplitter.Secrets.Keyed;

namespace OnnxSplitter.Secrets.Payload;

/// <summary>
/// The payload: model secrets as an ONNX <c>ModelProto</c> without nodes, so that any ONNX tool reads it.
/// </summary>
/// <remarks>
/// One <c>SparseTensorProto</c> per touched tensor in <c>graph.sparse_initializer</c>, or, of compact secrets, the
/// value and one byte tensor per touched tensor in <c>graph.initializer</c>, or there, of keyed secrets, the key, the
/// rules and which tensors; everything else in <c>metadata_props</c>.
/// There is one encoding of given secrets, and no other is accepted.
/// </remarks>
public static class ModelSecretsCodec
{
    private const int IrVersion = 10;
    private const int Opset = 21;

    /// <summary>Encodes secrets.</summary>
    /// <returns>The payload, plaintext: the caller zeroes it.</returns>
    public static byte[] Encode(ModelSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var graph = new WireMessage().Text(GraphProto.NameFieldNumber, "secrets");
        try
        {
            if (secrets.Keyed is { } keyed) KeyedPayload.Write(keyed, graph);
            else if (secrets.IsCompact) CompactSecrets.Write(secrets.Tensors, graph);
            else SparseSecrets.Write(secrets.Tensors, graph);
            var model = new WireMessage()
                .Number(ModelProto.IrVersionFieldNumber, IrVersion)
                .Text(ModelProto.ProducerNameFieldNumber, "OnnxSplitter")
                .Text(ModelProto.ProducerVersionFieldNumber, secrets.ToolVersion)
                .Message(ModelProto.GraphFieldNumber, graph)
                .Message(ModelProto.OpsetImportFieldNumber, OperatorSet());
            new SecretsMetadata(
                secrets.Format, secrets.Strategy, secrets.ToolVersion, secrets.Created, secrets.Files).Write(model);
            return model.ToArray();
        }
        finally
        {
            graph.Wipe();
        }
    }

    /// <summary>Decodes a payload.</summary>
    /// <param name="payload">What <see cref="Encode"/> gave. Not changed; the caller zeroes it.</param>
    /// <exception cref="SecretsException">It is not the one encoding of some secrets (NotOpened).</exception>
    public static ModelSecrets Decode(ReadOnlySpan<byte> payload)
    {
        ModelSecrets? secrets = null;
        try
        {
            PayloadBounds.Check(payload);
            secrets = Parse(payload);
            if (IsCanonical(secrets, payload)) return secrets;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or FormatException
                                      or OverflowException)
        {
            // Falls through to the one answer for all causes.
        }

        secrets?.Dispose();
        throw SecretsException.NotOpened();
    }

    private static ModelSecrets Parse(ReadOnlySpan<byte> payload)
    {
        var model = ModelProto.Parser.ParseFrom(payload);
        try
        {
            if (model.Graph is not { } graph) throw new FormatException("There is no graph.");
            var metadata = SecretsMetadata.Read(model.MetadataProps);
            if (metadata.Format == PayloadFormat.Keyed) return Keyed(metadata, KeyedPayload.Read(graph.Initializer));
            var compact = metadata.Format == PayloadFormat.Compact;
            return new ModelSecrets(
                metadata.Strategy,
                metadata.ToolVersion,
                metadata.Created,
                metadata.Files,
                compact
                    ? CompactSecrets.Read(graph.Initializer)
                    : [.. graph.SparseInitializer.Select(SparseSecrets.Read)],
                compact);
        }
        finally
        {
            Wipe(model);
        }
    }

    private static ModelSecrets Keyed(SecretsMetadata metadata, KeyedSecrets keyed)
    {
        try
        {
            return new ModelSecrets(
                metadata.Strategy, metadata.ToolVersion, metadata.Created, metadata.Files, keyed);
        }
        catch
        {
            keyed.Dispose();
            throw;
        }
    }

    // Covers what parsing looks past: unknown fields, field order, other integer lengths, hex in capitals.
    private static bool IsCanonical(ModelSecrets secrets, ReadOnlySpan<byte> payload)
    {
        var again = Encode(secrets);
        var same = payload.SequenceEqual(again);
        CryptographicOperations.ZeroMemory(again);
        return same;
    }

    // Of the empty domain, which is not written.
    private static WireMessage OperatorSet() => new WireMessage().Number(OperatorSetIdProto.VersionFieldNumber, Opset);

    private static void Wipe(ModelProto model)
    {
        foreach (var sparse in model.Graph?.SparseInitializer ?? []) SparseSecrets.Wipe(sparse);
        foreach (var tensor in model.Graph?.Initializer ?? []) SparseSecrets.Wipe(tensor.RawData);
    }
}
