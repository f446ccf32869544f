using OnnxSplitter.Protection.Options;

namespace OnnxSplitter.Protection.Moves;

/// <summary>No bound but the tensor's own range.</summary>
internal sealed class AnyValue : IValueRule
{
    private readonly Lazy<WeightRange> _range;

    /// <param name="values">The tensor's present values.</param>
    public AnyValue(IWeightSource values) => _range = new(() => new WeightRange(values.Low, values.High));

    public bool Allows(long index, float value) => true;

    public float Lowest(long index) => _range.Value.Low;

    public float Highest(long index) => _range.Value.High;

    public WeightRange Widest => _range.Value;
}
