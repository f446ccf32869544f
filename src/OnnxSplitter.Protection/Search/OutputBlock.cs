namespace OnnxSplitter.Protection.Search;

/// <summary>Where one output of the model lies in a row of all that are destroyed together.</summary>
/// <param name="Name">Of the output.</param>
/// <param name="Start">Its first column.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Classes">How many classes its scores are of; 0 for other values.</param>
internal sealed record OutputBlock(string Name, int Start, int Width, int Classes);
