namespace OnnxSplitter.Data;

/// <summary>What an input's values are like.</summary>
internal enum InputKind
{
    /// <summary>Numbers that have nothing to do with their neighbours, or positions in a table.</summary>
    Numbers,

    /// <summary>Which positions count: ones, and zeros from some position on.</summary>
    Mask,

    /// <summary>Height, width and up to four channels.</summary>
    Image,

    /// <summary>Samples of a wave.</summary>
    Sound,

    /// <summary>Strings: those that the model knows, or empty ones.</summary>
    Text,
}
