namespace OnnxSplitter.Gradients.Definitions;

/// <summary>What a recurrent op hands from step to step.</summary>
/// <param name="Hidden">[batch, H].</param>
/// <param name="Cell">[batch, H]; only an LSTM looks at it.</param>
internal readonly record struct RecurrentState(string Hidden, string Cell);
