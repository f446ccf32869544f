namespace OnnxSplitter.Runtime;

/// <summary>Keeps nothing, and only looks whether restoring would work.</summary>
internal sealed class VerifyingSink : IRestoreSink
{
    public void Take(RestoredPart part) => part.Verify();
}
