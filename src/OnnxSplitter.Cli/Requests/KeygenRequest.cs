using OnnxSplitter.Secrets.Keys;

namespace OnnxSplitter.Cli.Requests;

/// <summary>What key to make.</summary>
/// <param name="Name">Path without an ending.</param>
/// <param name="Kind">Of the key.</param>
/// <param name="Force">Whether files of that name are replaced.</param>
internal sealed record KeygenRequest(string Name, KeyKind Kind = KeyKind.Rsa, bool Force = false);
