namespace OnnxSplitter.Cli.Results;

/// <summary>How many of the weights that one variant alone has changed the leaked model has changed.</summary>
internal sealed record TraceVariant(string Secrets, int Changed, int Weights);
