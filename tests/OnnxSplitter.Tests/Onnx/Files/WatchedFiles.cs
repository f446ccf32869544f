using OnnxSplitter.Onnx.Files;

namespace OnnxSplitter.Tests.Onnx.Files;

/// <summary>A file system that tells before each step what it is about to do.</summary>
/// <param name="before">Gets the step's number and name.</param>
/// <param name="links">Whether files can have second names, which FAT does not know.</param>
internal sealed class WatchedFiles(Action<int, string> before, bool links = true) : SystemFiles
{
    public int Steps { get; private set; }

    public override void Link(string path, string other)
    {
        before(Steps++, nameof(Link));
        base.Link(path, other);
    }

    public override void Replace(string path, string target)
    {
        before(Steps++, nameof(Replace));
        base.Replace(path, target);
    }

    public override void Move(string path, string target)
    {
        before(Steps++, nameof(Move));
        base.Move(path, target);
    }

    public override void Delete(string path)
    {
        before(Steps++, nameof(Delete));
        base.Delete(path);
    }

    protected override bool TryLink(string path, string other) => links && base.TryLink(path, other);
}
