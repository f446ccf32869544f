namespace OnnxSplitter.Hosting.CommandLine;

/// <summary>Reads a word of a command line.</summary>
/// <typeparam name="TValue">What it stands for.</typeparam>
/// <param name="text">The word.</param>
/// <param name="value">What it says; means nothing where the word says nothing.</param>
/// <returns>Whether it says anything.</returns>
public delegate bool TryParse<TValue>(string text, out TValue value);
