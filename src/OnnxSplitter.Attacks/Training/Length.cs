namespace OnnxSplitter.Attacks.Training;

/// <summary>How long a training is: by steps where examples are few, by epochs where they are many.</summary>
/// <param name="Steps">The least number of steps.</param>
/// <param name="Epochs">The least number of epochs.</param>
internal readonly record struct Length(int Steps, int Epochs);
