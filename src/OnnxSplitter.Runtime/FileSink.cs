using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Runtime;

/// <summary>Restores to files that are not yet under their own names.</summary>
internal sealed class FileSink(StagedModel target) : IRestoreSink
{
    public void Take(RestoredPart part) => target.Write(part.Name, part.CopyTo);
}
