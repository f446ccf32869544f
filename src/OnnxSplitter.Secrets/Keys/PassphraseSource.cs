namespace OnnxSplitter.Secrets.Keys;

/// <summary>Says the passphrase of a key, or the PIN of a token.</summary>
/// <param name="name">What it is for: a path, or a token's label.</param>
/// <returns>The passphrase, which whoever asked for it zeroes; null if there is none to be had.</returns>
public delegate char[]? PassphraseSource(string name);
