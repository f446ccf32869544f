namespace OnnxSplitter.Gradients.Definitions;

/// <summary>
/// One step: from a direction, the step's gate inputs [batch, gates H] and the state to the next state.
/// </summary>
internal delegate RecurrentState RecurrentStep(RecurrentDirection direction, string x, RecurrentState state);
