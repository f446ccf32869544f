namespace OnnxSplitter.Cli.Reports;

/// <summary>A file that took part.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Name">File name, without folders.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">Of its content, in hexadecimal.</param>
internal sealed record ReportFile(string Role, string Name, long Bytes, string Sha256);
