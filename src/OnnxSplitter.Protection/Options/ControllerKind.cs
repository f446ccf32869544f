namespace OnnxSplitter.Protection.Options;

/// <summary>Who picks the filters of a rollout.</summary>
public enum ControllerKind
{
    /// <summary>A recurrent network that learns by REINFORCE which filters hurt most.</summary>
    Rnn,

    /// <summary>Chance, evenly: the control that shows what the network's learning is worth.</summary>
    Random,
}
