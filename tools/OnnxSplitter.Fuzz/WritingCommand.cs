namespace OnnxSplitter.Fuzz;

/// <summary>A command that is killed while it writes.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Arguments">Its arguments; it replaces what exists.</param>
/// <param name="Targets">All files that it writes, by full path.</param>
/// <param name="Fit">Whether what it has written is whole and belongs together.</param>
internal sealed record WritingCommand(
    string Name, IReadOnlyList<string> Arguments, IReadOnlyList<string> Targets, Func<bool> Fit);
