namespace OnnxSplitter.Data;

/// <summary>How a mask tells positions that count.</summary>
internal enum MaskForm
{
    /// <summary>By ones; zeros at the end.</summary>
    Counting,

    /// <summary>By zeros; ones at the end.</summary>
    Hiding,

    /// <summary>All of them count: ones.</summary>
    Whole,
}
