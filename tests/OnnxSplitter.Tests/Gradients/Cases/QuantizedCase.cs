using Onnx;

namespace OnnxSplitter.Tests.Gradients.Cases;

/// <summary>A use of quantised ops and the same on floats.</summary>
/// <param name="X">Shape of the examples.</param>
/// <param name="W">Shape of the weights.</param>
/// <param name="Quantised">Makes the nodes on codes.</param>
/// <param name="Plain">Makes those on floats.</param>
internal sealed record QuantizedCase(long[] X, long[] W, Func<NodeProto[]> Quantised, Func<NodeProto[]> Plain);
