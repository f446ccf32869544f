namespace OnnxSplitter.Secrets;

/// <summary>How far secrets got before they were refused.</summary>
public enum SecretsFailure
{
    /// <summary>Not shown to come from the trusted signer: nothing in them was used.</summary>
    NotTrusted,

    /// <summary>Signed by the trusted signer, but not opened.</summary>
    NotOpened,
}
