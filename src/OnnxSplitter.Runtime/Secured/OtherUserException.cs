namespace OnnxSplitter.Runtime.Secured;

/// <summary>The other side runs as somebody else than it should.</summary>
internal sealed class OtherUserException(uint user) : Exception($"it runs as user {user}");
