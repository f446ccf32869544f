using Microsoft.ML.OnnxRuntime;
using Onnx;
using OnnxSplitter.Onnx;
using OnnxSplitter.Onnx.Models;
using OnnxSplitter.Onnx.Operators;

namespace OnnxSplitter.Data;

/// <summary>Native libraries that bring ops of their own, in domains of their own.</summary>
internal static class OpLibrary
{
    /// <summary>Registers a library's ops. Its code runs.</summary>
    /// <param name="options">Gets them.</param>
    /// <param name="path">The library.</param>
    /// <exception cref="CustomOpsException">It is missing, or is no such library.</exception>
    public static void Register(SessionOptions options, string path)
    {
        if (!File.Exists(path))
            throw new CustomOpsException($"There is no file {path} to take custom ops from.",
                "Give CustomOps the path of the native library.")
            {
                Properties = [nameof(Sessions.CustomOps)],
            };
        try
        {
            // By its full path: a bare name would be looked for where the system keeps its libraries. The handle is not
            // given back: what a library's threads run, and its ops refer to, stays loaded.
            options.RegisterCustomOpLibraryV2(Path.GetFullPath(path), out _);
        }
        catch (OnnxRuntimeException e)
        {
            throw new CustomOpsException($"ONNX Runtime can't take custom ops from {path}: {e.Message}",
                "Give CustomOps a native library for this system and processor that exports RegisterCustomOps.", e)
            {
                Properties = [nameof(Sessions.CustomOps)],
            };
        }
    }

    /// <summary>Says which node of a model that was not loaded has an op that only a library could bring.</summary>
    /// <param name="what">What messages call the model.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="given">Whether there were libraries.</param>
    /// <param name="failure">What ONNX Runtime said: it names domain and op, no node.</param>
    /// <returns>Null if there is another reason.</returns>
    public static ModelFormatException? Missing(
        string what, Func<ModelFile> open, bool given, OnnxRuntimeException failure)
    {
        NodeProto? node;
        try
        {
            using var file = open();
            node = Nodes(file.Structure).FirstOrDefault(node => OperatorTable.IsCustom(node)
                && failure.Message.Contains($"{node.Domain}:{node.OpType}(", StringComparison.Ordinal));
        }
        catch (OnnxSplitterException)
        {
            return null;
        }

        return node is null ? null : new ModelFormatException(
            $"ONNX Runtime can't load {what}: node '{NameOf(node)}' has the "
            + $"custom op {node.OpType} of domain {node.Domain}, "
            + (given ? "which none of the libraries of CustomOps brings." : "and no library that brings it was given."),
            "Pass the library of that domain with CustomOps, if you trust it: its code runs in this process. Without "
            + "it no session opens the model, and weights can only be drawn at random, without running it.", failure)
        {
            Properties = [nameof(Sessions.CustomOps)],
        };
    }

    private static string NameOf(NodeProto node) =>
        node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault() ?? node.OpType;

    private static IEnumerable<NodeProto> Nodes(ModelProto model) =>
        Nodes(model.Graph.Node).Concat(model.Functions.SelectMany(function => Nodes(function.Node)));

    private static IEnumerable<NodeProto> Nodes(IEnumerable<NodeProto> nodes) => nodes.SelectMany(
        node => NodeInputs.Bodies(node).SelectMany(body => Nodes(body.Node)).Prepend(node));
}
