namespace OnnxSplitter.Runtime.Secured;

/// <summary>What a message is; the numbers are those of version 1.</summary>
internal enum MessageKind : ushort
{
    /// <summary>The host's first: how much memory it wants to share.</summary>
    Hello = 1,

    /// <summary>The answer: the model, and the memory.</summary>
    Welcome = 2,

    /// <summary>The host wants to share more.</summary>
    Resize = 3,

    /// <summary>The answer: the memory, instead of what there was.</summary>
    Resized = 4,

    /// <summary>The host's inputs lie in the memory; it wants outputs.</summary>
    Run = 5,

    /// <summary>The answer: where outputs lie, in the memory that comes along or else in what there was.</summary>
    Done = 6,

    /// <summary>The answer to anything that is not done.</summary>
    Failed = 7,
}
