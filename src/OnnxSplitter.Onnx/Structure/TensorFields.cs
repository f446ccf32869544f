namespace OnnxSplitter.Onnx.Structure;

/// <summary>Numbers of the fields of <c>TensorProto</c> that hold values or say where they lie.</summary>
internal static class TensorFields
{
    public const int FloatData = 4;
    public const int Int32Data = 5;
    public const int StringData = 6;
    public const int Int64Data = 7;
    public const int RawData = 9;
    public const int DoubleData = 10;
    public const int UInt64Data = 11;

    /// <summary>Where values lie that are in a data file; see <see cref="DataLocation"/>.</summary>
    public const int ExternalData = 13;

    /// <summary>Whether they do.</summary>
    public const int DataLocation = 14;

    /// <summary>
    /// Not of this message: the list of floats of <c>AttributeProto</c>, numbered apart from the others.
    /// </summary>
    public const int FloatsAttribute = -7;

    public static bool HoldsValues(int field) =>
        field is FloatData or Int32Data or StringData or Int64Data or RawData or DoubleData or UInt64Data;
}
