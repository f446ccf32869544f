namespace OnnxSplitter.Runtime.Secured;

/// <summary>What went wrong between a host and a trusted process.</summary>
public enum SecuredFailure
{
    /// <summary>There is no such process, it has ended, or as many hosts are connected as may be.</summary>
    Unreachable,

    /// <summary>It did not answer in time.</summary>
    TimedOut,

    /// <summary>It serves another model, or runs as another user than it should.</summary>
    NotTheOne,

    /// <summary>It refuses the request: an input is missing, a shape does not fit, or it is too much.</summary>
    Refused,

    /// <summary>The model failed on these inputs.</summary>
    ModelFailed,

    /// <summary>What came is no answer.</summary>
    Garbled,
}
